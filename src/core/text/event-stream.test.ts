import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStream, type ServerSentEvent } from './event-stream.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (data: string): ServerSentEvent => ({ name: 'message', data });

function read(...pieces: readonly Uint8Array[]): ServerSentEvent[] {
  const stream = new EventStream();
  const events = pieces.flatMap((piece) => stream.push(piece));
  stream.end();
  return events;
}

describe('EventStream', () => {
  it.each([
    ['data: a\n\n', [message('a')]],
    ['data:a\r\n\r\ndata: b\r\rdata: c\n\n', [message('a'), message('b'), message('c')]],
    ['data: a\ndata: b\n\n', [message('a\nb')]],
    ['data:  two spaces \n\n', [message(' two spaces ')]],
    ['\ufeffdata: a\n\n', [message('a')]],
    ['data: a\n\n\ufeffdata: b\n\n', [message('a')]],
    [': keep-alive\n\n:\n\ndata: a\n\n', [message('a')]],
    ['event: ping\ndata: {}\n\ndata: b\n\n', [{ name: 'ping', data: '{}' }, message('b')]],
    ['event: ping\n\ndata: a\n\n', [message('a')]],
    ['id: 1\nretry: 10\nother: x\ndata: a\n\n', [message('a')]],
    ['data\n\ndata\ndata\n\n', [message(''), message('\n')]],
    ['data: a: b\n\n', [message('a: b')]],
    // An event that no empty line ends is none
    ['data: a\n\ndata: b\n', [message('a')]],
    ['data: a\n\ndata: b', [message('a')]],
    ['', []],
  ])('reads %j', (text, events) => expect(read(bytes(text))).toEqual(events));

  it('reads the same however the bytes are cut', () => {
    const line = fc.constantFrom('data: ä🛶', 'data:', 'event: x', ': note', 'id: 3', 'data: {"a":1}');
    const ending = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, ending)), fc.array(fc.nat(), { maxLength: 8 }), (lines, cuts) => {
        const whole = bytes(lines.map((pair) => pair.join('')).join(''));
        const at = [...cuts.map((cut) => cut % (whole.length + 1)), 0, whole.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(read(...pieces)).toEqual(read(whole));
        const single = [...whole].map((byte) => Uint8Array.of(byte));
        expect(read(...single)).toEqual(read(whole));
      }),
    );
  });

  it('takes no byte that is not UTF-8, and no half of a character at the end', () => {
    expect(() => read(Uint8Array.of(0x64, 0xff))).toThrow(TypeError);
    expect(() => read(bytes('data: 🛶').subarray(0, 8))).toThrow(TypeError);
  });
});
