import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ACT_WORDS, type Act, perform } from './act.js';
import { seenLine } from './text.js';
import { TokenField } from './token-field.js';

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
  const [percent, setPercent] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // Before the next key is looked at: it may be Escape
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const [title, does] = ACT_WORDS[act.kind];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typed !== act.prompt || busy) return;
    setBusy(true);
    const failed = await perform(act, token, {
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(act.kind === 'weight' && { weight: Number(percent) / 100 }),
    });
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
        <TokenField token={token} keepToken={keepToken} />
        {act.kind === 'weight' && (
          <label>
            Share of units in percent
            <input
              type="number"
              required
              min="0"
              max="100"
              step="any"
              value={percent}
              onInput={({ currentTarget }) => setPercent(currentTarget.value)}
            />
          </label>
        )}
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
