import type { Terminal } from '../../terminal.js';
import type { Key } from './wanted.js';

const KEYS: Readonly<Record<string, Key>> = { '\r': 'again', '\n': 'again', a: 'all', f: 'failed', q: 'quit' };
const CTRL_C = '\u0003';

/** What an arrow, a function key or Alt with a letter sends: its letters are none that somebody has typed. */
const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\u001b])?/gs;

/** Hears keys without Enter behind them. Returns how to stop, which gives the terminal back as it was. */
export function listenForKeys(terminal: Terminal, pressed: (key: Key) => void): () => void {
  const { stdin } = terminal;
  const onData = (typed: Buffer | string) => {
    for (const character of typed.toString().replace(ESCAPE_SEQUENCES, '')) {
      const key = KEYS[character.toLowerCase()];
      if (key !== undefined) pressed(key);
      // In this mode the terminal makes no signal of it
      if (character === CTRL_C && !terminal.emit('SIGINT', 'SIGINT')) process.kill(process.pid, 'SIGINT');
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.pause();
    stdin.setRawMode(false);
  };
}
