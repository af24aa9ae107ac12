interface TokenProps {
  readonly token: string;
  readonly keepToken: (token: string) => void;
  readonly watch: () => void;
}

/** Asks for the token without which the gateway shows nothing. */
export function TokenForm({ token, keepToken, watch }: TokenProps) {
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        watch();
      }}
    >
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
      <button type="submit">Show the status</button>
    </form>
  );
}
