/** The column file (TOML) that says what a log's columns mean, written from choices; and what can be guessed of them. */
import type { Separator } from './log_file';

export const required = ['date', 'arrived', 'queue_start', 'queue_end', 'outcome', 'service_start', 'service_end', 'agent'] as const;
export const extra = ['type', 'left_menu', 'menu_seconds', 'queue_seconds', 'service_seconds'] as const;
export type Meaning = (typeof required)[number] | (typeof extra)[number];
export const outcomeMeanings = ['answered', 'abandoned', 'phantom', 'other'] as const;
export type OutcomeMeaning = (typeof outcomeMeanings)[number];

export const dateFormats = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY', 'YYYY/MM/DD', 'YYYYMMDD', 'YYMMDD'] as const;

export interface Columns {
  name: string;
  separator: Separator;
  zone: string;
  columns: Partial<Record<Meaning, string>>;
  dateFormat: string;
  zeroMeansNone: boolean;
  outcomes: Record<string, OutcomeMeaning>;
  nobody: string[];
}

/** Names that common systems give to what we look for. */
const usualNames: Record<Meaning, RegExp> = {
  date: /^(call[ _]?)?(date|day)$/i,
  arrived: /^(vru_entry|arriv(ed|al)([ _]time)?|call[ _]?start|start([ _]time)?|entered)$/i,
  left_menu: /^(vru_exit|menu[ _]?(end|exit)|ivr[ _]?(end|exit))$/i,
  menu_seconds: /^(vru_time|menu[ _]?seconds|ivr[ _]?(time|seconds))$/i,
  queue_start: /^(q_start|(queue|wait)[ _]?start([ _]time)?|queued)$/i,
  queue_end: /^(q_exit|(queue|wait)[ _]?(end|exit)([ _]time)?)$/i,
  queue_seconds: /^(q_time|(queue|wait)[ _]?(seconds|time))$/i,
  outcome: /^(outcome|result|status|disposition)$/i,
  service_start: /^(ser_start|(service|talk)[ _]?start([ _]time)?|answered([ _]at|[ _]time)?)$/i,
  service_end: /^(ser_exit|(service|talk)[ _]?(end|exit)([ _]time)?|ended|hang[ _]?up)$/i,
  service_seconds: /^(ser_time|(service|talk|handle)[ _]?(seconds|time))$/i,
  agent: /^(server|agent([ _]?name|[ _]?id)?|operator)$/i,
  type: /^(type|skill|service|queue([ _]?name)?)$/i,
};

export const guessColumn = (meaning: Meaning, columns: string[]): string | undefined =>
  columns.find((column) => usualNames[meaning].test(column));

const shapes: Record<string, RegExp> = {
  'YYYY-MM-DD': /^\d{4}-\d\d-\d\d$/, 'DD/MM/YYYY': /^\d\d\/\d\d\/\d{4}$/, 'DD.MM.YYYY': /^\d\d\.\d\d\.\d{4}$/,
  'YYYY/MM/DD': /^\d{4}\/\d\d\/\d\d$/, 'YYYYMMDD': /^\d{8}$/, 'YYMMDD': /^\d{6}$/,
};

export const guessDateFormat = (example: string | undefined): string | undefined =>
  Object.keys(shapes).find((format) => shapes[format]!.test(example ?? ''));

export function guessOutcome(word: string): OutcomeMeaning {
  if (/not|no.?answer|abandon|hang|hung|gave|lost|miss/i.test(word)) return 'abandoned';
  if (/phantom|test|dummy/i.test(word)) return 'phantom';
  if (/agent|answer|serv|connect|handled|complet/i.test(word)) return 'answered';
  return 'other';
}

/** A TOML basic string; JSON's escapes are TOML's too. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007F');
const list = (texts: string[]) => `[${texts.map(quoted).join(', ')}]`;

export function columnFile(of: Columns): string {
  const words = (meaning: OutcomeMeaning) => Object.keys(of.outcomes).filter((word) => of.outcomes[word] === meaning);
  const columns = [...required, ...extra].filter((meaning) => of.columns[meaning]);
  return [
    `name = ${quoted(of.name)}`,
    `separator = ${quoted(of.separator)}`,
    `zone = ${quoted(of.zone)}`,
    '',
    '[columns]',
    ...columns.map((meaning) => `${meaning} = ${quoted(of.columns[meaning]!)}`),
    '',
    '[times]',
    `date_format = ${quoted(of.dateFormat)}`,
    ...(of.dateFormat.includes('YYYY') ? [] : ['century = 2000']),
    `zero_means_none = ${of.zeroMeansNone}`,
    '',
    '[outcomes]',
    `answered = ${list(words('answered'))}`,
    `abandoned = ${list(words('abandoned'))}`,
    ...(words('phantom').length > 0 ? [`phantom = ${list(words('phantom'))}`] : []),
    ...(of.nobody.length > 0 ? ['', '[agents]', `nobody = ${list(of.nobody)}`] : []),
    '',
  ].join('\n');
}
