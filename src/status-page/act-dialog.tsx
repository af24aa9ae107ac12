import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ACT_WORDS, type Act, perform } from './act.js';
import { seenLine } from './text.js';

interface DialogProps {
  readonly act: Act;
  readonly environment: string;
  readonly token: string;
  readonly keepToken: (token: string) => void;
  readonly close: () => void;
}

/** Asks for the token of an admin and for the name of the prompt, written out: nobody rolls back by a slip of the hand. */
export function ActDialog({ act, environment, token, keepToken, close }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // Before the next key is looked at: it may be Escape
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const [title, does] = ACT_WORDS[act.kind];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typed !== act.prompt || busy) return;
    setBusy(true);
    const failed = await perform(act, token, reason.trim());
    setBusy(false);
    setFault(failed);
    if (failed === null) close();
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="act-title">
      <form onSubmit={submit}>
        <h2 id="act-title">
          {title}: {act.what} in {environment}
        </h2>
        <p>{does}</p>
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
        <label>
          Reason
          <input
            type="text"
            maxLength={500}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <label>
          <span>
            Type <code>{seenLine(act.prompt)}</code> to confirm
          </span>
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        {fault !== null && (
          <p class="fault" role="alert">
            {seenLine(fault)}
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={isBack(act) ? 'danger' : ''} disabled={typed !== act.prompt || busy}>
            {title}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function isBack({ kind }: Act): boolean {
  return kind === 'rollback' || kind === 'abort';
}
