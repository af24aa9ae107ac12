import type { Batches, BatchItem } from '../../providers/contract/batches.js';

/** Items that can be handed in together. */
export interface Pack {
  readonly group: string;
  readonly items: readonly BatchItem[];
}

interface OpenPack {
  readonly group: string;
  readonly items: BatchItem[];
  bytes: number;
}

/** Fills batches within the limits of their service, one open batch a group. */
export class BatchPacker {
  readonly #limits: Pick<Batches, 'maxRequests' | 'maxBytes'>;
  readonly #open = new Map<string, OpenPack>();

  constructor(limits: Pick<Batches, 'maxRequests' | 'maxBytes'>) {
    this.#limits = limits;
  }

  /** Takes an item; returns the pack that had to be closed for it, if any. */
  add(item: BatchItem): Pack | null {
    const bytes = Buffer.byteLength(item.text) + 1;
    const open = this.#open.get(item.group);
    const fits = open && open.items.length < this.#limits.maxRequests && open.bytes + bytes <= this.#limits.maxBytes;
    if (open && fits) {
      open.items.push(item);
      open.bytes += bytes;
      return null;
    }
    this.#open.set(item.group, { group: item.group, items: [item], bytes });
    return open ?? null;
  }

  /** The packs that are still open; it is empty then. */
  close(): readonly Pack[] {
    const packs = [...this.#open.values()];
    this.#open.clear();
    return packs;
  }
}
