import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/** Adds arguments, options, help and action to a command. The action returns the exit code. */
export type Configure = (command: Command, terminal: Terminal, exit: (code: number) => void) => void;
