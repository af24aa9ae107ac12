import { TokenField } from './token-field.js';

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
      <TokenField token={token} keepToken={keepToken} />
      <button type="submit">Show the status</button>
    </form>
  );
}
