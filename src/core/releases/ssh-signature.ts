import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** What a signature says of itself, before anybody has believed it. */
export interface SshSignature {
  /** The public key as OpenSSH writes it, in base64. */
  readonly key: string;
  readonly namespace: string;
  /** Whether that key has signed a text. */
  readonly isOf: (text: string) => boolean;
}

const MAGIC = Buffer.from('SSHSIG');
const HASHES = new Set(['sha256', 'sha512']);
const CURVES: Readonly<Record<string, { readonly name: string; readonly bytes: number; readonly hash: string }>> = {
  nistp256: { name: 'P-256', bytes: 32, hash: 'sha256' },
  nistp384: { name: 'P-384', bytes: 48, hash: 'sha384' },
  nistp521: { name: 'P-521', bytes: 66, hash: 'sha512' },
};
const FEWEST_RSA_BITS = 1024;

/**
 * Reads a signature as `ssh-keygen -Y sign` writes it; null for what is none, and for keys that are certificates.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function readSshSignature(armored: string): SshSignature | null {
  try {
    const base64 = armored.replace(/-{5}(?:BEGIN|END) SSH SIGNATURE-{5}/g, '');
    const blob = new Fields(Buffer.from(base64, 'base64'));
    if (!blob.take(MAGIC.length).equals(MAGIC) || blob.number() !== 1) return null;
    const key = blob.bytes();
    const [namespace, reserved, hashName] = [blob.bytes(), blob.bytes(), blob.text()];
    const signature = blob.bytes();
    if (!blob.isDone || !HASHES.has(hashName)) return null;
    const check = checkerOf(new Fields(key));
    if (check === null) return null;
    return {
      key: key.toString('base64'),
      namespace: namespace.toString(),
      isOf: (text) => {
        const parts = [namespace, reserved, Buffer.from(hashName), hash(hashName, text, 'buffer')];
        try {
          return check(Buffer.concat([MAGIC, ...parts.map(withLength)]), new Fields(signature));
        } catch {
          return false;
        }
      },
    };
  } catch {
    return null;
  }
}

type Check = (signed: Buffer, signature: Fields) => boolean;

/** How what a key has signed is checked; null for a key of another kind. */
function checkerOf(key: Fields): Check | null {
  const type = key.text();
  switch (type) {
    case 'ssh-ed25519': {
      const own = ed25519(key.bytes());
      return (signed, signature) => signature.text() === type && verify(null, signed, own, signature.bytes());
    }
    case 'ssh-rsa': {
      const [e, n] = [key.bytes(), key.bytes()];
      const own = createPublicKey({
        key: { kty: 'RSA', e: unpadded(e).toString('base64url'), n: unpadded(n).toString('base64url') },
        format: 'jwk',
      });
      if ((own.asymmetricKeyDetails?.modulusLength ?? 0) < FEWEST_RSA_BITS) return null;
      return (signed, signature) => {
        const [, bits] = /^rsa-sha2-(256|512)$/.exec(signature.text()) ?? [];
        return bits !== undefined && verify(`sha${bits}`, signed, own, signature.bytes());
      };
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521': {
      const own = ellipticKey(key);
      return (signed, signature) => signature.text() === type && own(signed, signature.bytes());
    }
    // What keys on hardware sign, from PROTOCOL.u2f of OpenSSH
    case 'sk-ssh-ed25519@openssh.com': {
      const own = ed25519(key.bytes());
      const application = key.bytes();
      return (signed, signature) => {
        if (signature.text() !== type) return false;
        const bytes = signature.bytes();
        return verify(null, signedByHardware(application, signed, signature), own, bytes);
      };
    }
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const own = ellipticKey(key);
      const application = key.bytes();
      return (signed, signature) => {
        if (signature.text() !== type) return false;
        const bytes = signature.bytes();
        return own(signedByHardware(application, signed, signature), bytes);
      };
    }
    default:
      return null;
  }
}

function ed25519(x: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') }, format: 'jwk' });
}

function ellipticKey(key: Fields): (signed: Buffer, signature: Buffer) => boolean {
  const curve = CURVES[key.text()];
  const point = key.bytes();
  if (!curve || point.length !== 1 + 2 * curve.bytes || point[0] !== 4)
    throw new RangeError('no point of a known curve');
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  const jwk = { kty: 'EC', crv: curve.name, x: x.toString('base64url'), y: y.toString('base64url') };
  const own = createPublicKey({ key: jwk, format: 'jwk' });
  return (signed, signature) => {
    const fields = new Fields(signature);
    const both = [fields.bytes(), fields.bytes()].map((number) => padded(unpadded(number), curve.bytes));
    return verify(curve.hash, signed, { key: own, dsaEncoding: 'ieee-p1363' }, Buffer.concat(both));
  };
}

function signedByHardware(application: Buffer, signed: Buffer, rest: Fields): Buffer {
  return Buffer.concat([hash('sha256', application, 'buffer'), rest.take(5), hash('sha256', signed, 'buffer')]);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A number without the zero byte that says it is positive. */
function unpadded(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  return start < 0 ? Buffer.alloc(0) : number.subarray(start);
}

function padded(number: Buffer, bytes: number): Buffer {
  return Buffer.concat([Buffer.alloc(Math.max(0, bytes - number.length)), number]);
}

/** Reads the fields of SSH's binary formats one after the other. Throws RangeError where there are none left. */
class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) throw new RangeError('it ends early');
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.bytes().toString('latin1');
  }
}
