interface TokenProps {
  readonly token: string;
  readonly keepToken: (token: string) => void;
}

/** Where the token of an admin is typed. */
export function TokenField({ token, keepToken }: TokenProps) {
  return (
    <label>
      Admin token
      <input
        type="password"
        autocomplete="off"
        value={token}
        onInput={({ currentTarget }) => keepToken(currentTarget.value)}
      />
      <small>Kept in this tab only, until it is closed or loaded again.</small>
    </label>
  );
}
