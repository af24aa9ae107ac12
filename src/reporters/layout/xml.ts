// What XML 1.0 does not allow at all, not even as a reference: https://www.w3.org/TR/xml/#charsets
const INVALID = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
// A line break in an attribute would be read as a space; a carriage return is normalised away everywhere. Marks that reorder
// text would do so in the file as well
const SPECIAL = /[&<>"'\r\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const SPECIAL_IN_ATTRIBUTE = /[&<>"'\r\n\t\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// Workflow commands, should the file be printed into a CI log
const COMMANDS = /^((?:[^\S\n\r\u2028\u2029]|\p{Default_Ignorable_Code_Point})*):(?=:)|#(?=#[\w-]*\[)/gmu;

/** Text for the content of an element. Characters that XML cannot hold become U+FFFD; all others are read back as is. */
export function escapeXmlText(text: string): string {
  return escapeXml(text, SPECIAL);
}

/** ` name="value"` for each attribute that is not undefined. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value), SPECIAL_IN_ATTRIBUTE)}"`)
    .join('');
}

function escapeXml(text: string, special: RegExp): string {
  return text
    .replace(INVALID, '\ufffd')
    .replace(special, reference)
    .replace(COMMANDS, (_, spaces: string | undefined) => (spaces === undefined ? '&#35;' : `${spaces}&#58;`));
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
