/**
 * A first look at a call log, in the browser: its text, its separator, its columns with an example each, and the words of
 * one column. What the rows mean is judged by the server alone.
 */
export type Separator = 'tab' | 'comma' | 'semicolon';

export interface LogFile {
  name: string;
  text: string;
  bytes: number;
  separator: Separator;
  columns: string[];
  /** The first row under the heading, column by column. */
  example: string[];
}

export const mostBytes = 60 * 1024 * 1024;
const rowsLookedAt = 20_000;
const mostNames = 5;
const characters: Record<Separator, string> = { tab: '\t', comma: ',', semicolon: ';' };

/** Older systems write Windows-1252; what is no UTF-8 is taken for that. */
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The fields of one row; a field may stand in double quotes, a quote in it is doubled. */
export function fieldsOf(line: string, separator: Separator): string[] {
  const between = characters[separator];
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const one = line[at]!;
    if (quoted && one === '"' && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (one === '"' && (quoted || field === '')) {
      quoted = !quoted;
    } else if (one === between && !quoted) {
      fields.push(field);
      field = '';
    } else {
      field += one;
    }
  }
  return [...fields, field].map((text) => text.trim());
}

/** The first rows of a text, without ever splitting all of a large one. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? undefined : end).replace(/\r$/, '');
    if (line.trim() !== '') yield line;
    from = end < 0 ? text.length : end + 1;
  }
}

/** Null where there is no row under the heading. */
export function lookAt(name: string, text: string, bytes: number): LogFile | null {
  const rows = linesOf(text);
  const heading = rows.next().value;
  const first = rows.next().value;
  if (!heading || !first) return null;
  const count = (separator: Separator) => heading.split(characters[separator]).length;
  const separator = (['tab', 'semicolon', 'comma'] as const).reduce((best, one) => (count(one) > count(best) ? one : best));
  return { name, text, bytes, separator, columns: fieldsOf(heading, separator), example: fieldsOf(first, separator) };
}

export async function readLog(file: File): Promise<LogFile | null> {
  return lookAt(file.name, decode(await file.arrayBuffer()), file.size);
}

function* rowsOf(log: LogFile): Generator<string[]> {
  let row = -1;
  for (const line of linesOf(log.text)) {
    row += 1;
    if (row > rowsLookedAt) return;
    if (row > 0) yield fieldsOf(line, log.separator);
  }
}

/** The words that stand in a column, the commonest first, at most `most` of them. */
export function wordsIn(log: LogFile, column: string, most: number): string[] {
  const place = log.columns.indexOf(column);
  const seen = new Map<string, number>();
  for (const row of rowsOf(log)) {
    const word = row[place];
    if (word) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  return [...seen].sort(([, a], [, b]) => b - a).slice(0, most).map(([word]) => word);
}

/** Names in one column that stand mostly in rows which were not answered: such a name means that nobody served. */
export function mostlyUnanswered(log: LogFile, column: string, outcomeColumn: string, answered: (word: string) => boolean): string[] {
  const [name, outcome] = [log.columns.indexOf(column), log.columns.indexOf(outcomeColumn)];
  const balance = new Map<string, number>();
  for (const row of rowsOf(log)) {
    const who = row[name];
    if (who) balance.set(who, (balance.get(who) ?? 0) + (answered(row[outcome] ?? '') ? -1 : 1));
  }
  return [...balance].filter(([, more]) => more > 0).map(([who]) => who).slice(0, mostNames);
}
