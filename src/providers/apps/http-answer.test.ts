import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../contract/provider-error.js';
import { AppStream } from './app-stream.js';
import { findText, findUsage, readAppAnswer } from './http-answer.js';

const service = { host: 'app', clean: (text: string) => text };
const text = (paths: string | string[], body: string, type = 'application/json') =>
  findText(paths, readAppAnswer(body, type, service), body, service);

describe('the text of an answer', () => {
  it.each([
    ['lines that are declared', 'application/x-ndjson', '{"d":"Hel"}\n\n{"d":"lo"}\r\n{"done":true}\n', '$.d', 'Hello'],
    ['one line', 'application/x-ndjson', '{"d":"Hello"}', '$.d', 'Hello'],
    ['lines that nobody declares', 'application/json', '{"d":"Hel"}\n{"d":"lo"}', '$.d', 'Hello'],
    ['lines sent as text', 'text/plain', '{"d":"Hel"}\n{"d":"lo"}\n', '$.d', 'Hello'],
    ['the last of lines', 'application/jsonl', '{"d":"Hel"}\n{"d":"Hello"}\n', '$[-1].d', 'Hello'],
    ['the lines of one kind', 'application/jsonl', '{"k":"t","d":"no"}\n{"k":"a","d":"yes"}', "$[?@.k=='a'].d", 'yes'],
    ['JSON over several lines', 'application/json', '{\n"d": "a"\n}\n', '$.d', 'a'],
    ['JSON in a fence', 'text/plain', 'Here it is:\n```json\n{"d":"a"}\n```\n', '$.d', 'a'],
    ['JSON among words', 'text/html', 'Result: {"d":"a"} (1 s)', '$.d', 'a'],
    ['a list among words', 'text/plain', 'Result: ["a"]', '$[0]', 'a'],
  ])('%s', (_, type, body, path, expected) => {
    expect(text(path, body, type)).toBe(expected);
  });

  it('may stand in JSON that is the text at another path', () => {
    const inner = JSON.stringify({ answer: JSON.stringify({ text: 'Hi' }), n: 3 });
    expect(text(['$.body', '$.answer', '$.text'], JSON.stringify({ statusCode: 200, body: inner }))).toBe('Hi');
    const answer = readAppAnswer(JSON.stringify({ body: inner }), 'application/json', service);
    expect(findUsage({ outputTokens: ['$.body', '$.n'] }, answer, service).outputTokens).toBe(3);
    expect(() => text(['$.body', '$.answer'], '{"body":"Sorry"}')).toThrow('something that is not JSON');
    expect(() =>
      text(['$.body', '$.answer'], '{"body":"{\\"error\\":\\"model down\\",\\"answer\\":\\"Hi\\"}"}'),
    ).toThrow('model down');
  });

  it.each([
    ['an error in one line', 'application/x-ndjson', '{"d":"Hel"}\n{"error":"model down"}', 'model down'],
    ['the same where nobody declares lines', 'application/json', '{"d":"Hel"}\n{"error":"model down"}', 'model down'],
    ['a line that was cut', 'application/x-ndjson', '{"d":"Hel"}\n{"d":"l', 'not JSON'],
    ['words around what is declared to be JSON', 'application/json', 'Here: {"d":"a"}', 'not JSON'],
    ['a key given twice', 'text/plain', '{"d":"a","d":"b"}', 'not JSON'],
    ['a path that finds nothing', 'application/x-ndjson', '{"x":1}\n{"x":2}', 'nothing at $.d'],
    ['an answer that is no success', 'application/json', '{"d":"Hel","success":false}', 'an error'],
    ['a status of an error', 'application/json', '{"d":"Hel","status":"error"}', 'an error'],
    ['a status of a failure', 'application/json', '{"d":"Hel","status":"failed"}', 'broke off'],
    ['a status of a timeout', 'application/json', '{"d":"Hel","status":"timed_out"}', 'broke off'],
    ['the same as a text', 'application/json', '{"d":"Hel","success":"False"}', 'an error'],
    ['one that is not ok', 'application/json', '{"d":"Hel","ok":"false"}', 'an error'],
    ['one that has failed', 'application/json', '{"d":"Hel","failed":true}', 'an error'],
    ['a failure as a text', 'application/x-ndjson', '{"d":"Hel"}\n{"failure":"true"}', 'an error'],
    ['a mark of an error', 'application/json', '{"d":"Hel","is_error":true}', 'an error'],
    ['an error in a choice', 'application/json', '{"d":"Hel","choices":[{"error":"down"}]}', 'down'],
    ['a choice that broke off', 'application/json', '{"d":"Hel","choices":[{"finish_reason":"error"}]}', 'broke off'],
    ['a line that broke off', 'application/x-ndjson', '{"d":"Hel"}\n{"finish_reason":"timeout"}', 'broke off'],
    ['a page', 'text/html', '<html>502</html>', 'not JSON'],
  ])('is none for %s', (_, type, body, message) => {
    expect(() => text('$.d', body, type)).toThrow(message);
  });

  it.each(['"ok":"true"', '"success":"yes"', '"failed":false', '"failed":"false"', '"failed":0', '"failure":""'])(
    'is one beside %s',
    (word) => expect(text('$.d', `{"d":"Hello",${word}}`)).toBe('Hello'),
  );

  it('is whole however many lines there are, and an error where a path over all finds too many', () => {
    const body = '{"d":"a"}\n'.repeat(3000);
    expect(text('$.d', body, 'application/x-ndjson')).toBe('a'.repeat(3000));
    expect(() => text('$[*].d', body, 'application/x-ndjson')).toThrow('more than 1000 values');
  });

  it('takes the last count of several lines', () => {
    const answer = readAppAnswer('{"u":1}\n{"u":5}\n{"d":"a"}', 'application/x-ndjson', service);
    expect(findUsage({ inputTokens: '$.u' }, answer, service)).toEqual({ inputTokens: 5, outputTokens: null });
  });
});

describe('a stream of events', () => {
  const read = (bytes: Uint8Array, output: string | undefined, cuts: readonly number[] = []) => {
    let begun = 0;
    const stream = new AppStream(output, service, () => begun++);
    let from = 0;
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      stream.push(bytes.subarray(from, cut));
      from = Math.max(from, cut);
    }
    stream.push(bytes.subarray(from));
    return { events: stream.end(), begun };
  };
  const sent = Buffer.from(
    ': hi\n\nevent: ping\ndata: x\n\ndata: {"d":"Grü"}\n\ndata: {"d":"ße"}\r\n\r\ndata: [DONE]\n\ndata: {"d":"!"}\n\n',
  );

  it('is the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(sent.length)), (cuts) => {
        const { events, begun } = read(sent, '$.d', cuts);
        expect([findText('$.d', { events }, '', service), begun]).toEqual(['Grüße', 1]);
      }),
    );
  });

  it('is text without a path', () => {
    expect(read(Buffer.from('data: Hel\n\ndata: lo \n\ndata:  you\n\ndata: [DONE]\n\n'), undefined)).toEqual({
      events: ['Hel', 'lo ', ' you'],
      begun: 1,
    });
  });

  it('counts the last event when nothing ends it', () => {
    expect(read(Buffer.from('data: {"d":"a"}\n\ndata: {"d":"b"}'), '$.d').events).toEqual([{ d: 'a' }, { d: 'b' }]);
  });

  it.each([
    ['data: {"d":"Hel"}\n\nevent: error\ndata: model down\n\n', 'model down'],
    ['data: {"d":"Hel"}\n\ndata: {"error":{"message":"model down"}}\n\n', 'model down'],
    ['data: {"d":"Hel"}\n\ndata: {"d":', 'not JSON'],
    ['data: [DONE]\n\n', 'a stream without an answer'],
    ['data: \xff\n\n', 'not UTF-8'],
  ])('is an error: %s', (body, message) => {
    const failing = () => read(Buffer.from(body, 'latin1'), '$.d');
    expect(failing).toThrow(ProviderError);
    expect(failing).toThrow(message);
  });
});
