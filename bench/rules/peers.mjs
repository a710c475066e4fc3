// Runs the rule engines of npm over the table and the inputs that gen.mjs wrote into a folder:
//
//   node peers.mjs FOLDER-OF-THE-TABLE FOLDER-WITH-NODE_MODULES
//
// Every engine gets JSON text and gives JSON text, as a service would; every answer is compared with
// expected.json. One line of JSON an engine: {"peer","ns","answers","wrong"}; ns is processor time,
// all threads together, for one decision, in the best of ten parts of the inputs.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, modules] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'index.js'));
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const rows = JSON.parse(read('rows.json'));
const expected = JSON.parse(read('expected.json'));
const texts = JSON.parse(read('inputs.json')).map((input) => JSON.stringify(input));

console.warn = () => {}; // engines that chatter about every miss
const dayOf = (date) => Math.round(Date.parse(date) / 864e5);

// decide(input) gives the row's result, or null.
async function measure(peer, decide) {
  for (const text of texts.slice(0, 300)) await decide(JSON.parse(text));
  let wrong = 0;
  let best = Infinity;
  const part = texts.length / 10;
  for (let from = 0; from < texts.length; from += part) {
    const before = process.cpuUsage();
    for (let i = from; i < from + part; ++i) {
      const answer = JSON.stringify({ res: (await decide(JSON.parse(texts[i]))) ?? null });
      if (answer !== `{"res":${JSON.stringify(expected[i])}}`) ++wrong;
    }
    const used = process.cpuUsage(before);
    best = Math.min(best, ((used.user + used.system) * 1000) / part);
  }
  console.log(JSON.stringify({ peer, ns: Math.round(best), answers: texts.length, wrong }));
}

async function zen() {
  const { ZenEngine } = require('@gorules/zen-engine');
  const decision = new ZenEngine().createDecision(Buffer.from(read('table.jdm.json')));
  await measure('zen-engine', async (input) => (await decision.evaluate(input)).result.res);
  await measure('zen-engine with trace', async (input) => {
    const answer = await decision.evaluate(input, { trace: true });
    return answer.trace && answer.result.res;
  });
}

async function jsonRules() {
  const { Engine } = require('json-rules-engine');
  const engine = new Engine();
  for (const row of rows) {
    const all = [
      { fact: 'gesture', operator: 'equal', value: row.g },
      { fact: 'amount', operator: 'greaterThanInclusive', value: row.lo },
      { fact: 'amount', operator: row.hic ? 'lessThanInclusive' : 'lessThan', value: row.hi },
    ];
    if (row.v !== null) all.push({ fact: 'vip', operator: 'equal', value: row.v });
    if (row.t !== null) all.push({ fact: 'tags', operator: 'contains', value: row.t });
    if (row.d !== null) {
      const operator = row.op === '<' ? 'lessThan' : 'greaterThanInclusive';
      all.push({ fact: 'day', operator, value: dayOf(row.d) });
    }
    engine.addRule({ conditions: { all }, event: { type: row.res } });
  }
  await measure('json-rules-engine', async (input) => {
    const { events } = await engine.run({ ...input, day: dayOf(input.date) });
    return events[0]?.type;
  });
}

async function dmnEval() {
  const { decisionTable } = require('@hbtgmbh/dmn-eval-js');
  const decisions = await decisionTable.parseDmnXml(read('table11.dmn'));
  await measure('dmn-eval-js', (input) => {
    const answer = decisionTable.evaluateDecision('dec', decisions, { ...input, day: input.date });
    return answer?.res;
  });
}

async function feelin() {
  const { unaryTest, evaluate } = await import(
    pathToFileURL(path.join(modules, 'node_modules/feelin/dist/index.js'))
  );
  const cells = rows.map((row) => [
    ['gesture', `"${row.g}"`],
    ['amount', `[${row.lo}..${row.hi}${row.hic ? ']' : ')'}`],
    ['vip', row.v === null ? null : String(row.v)],
    ['tags', row.t === null ? null : `list contains(?, "${row.t}")`],
    ['day', row.d === null ? null : `${row.op} date("${row.d}")`],
  ].filter(([, cell]) => cell !== null));
  await measure('feelin', (input) => {
    const day = evaluate('date(day)', { day: input.date }).value;
    const values = { ...input, day };
    const matches = ([name, cell]) => unaryTest(cell, { '?': values[name] }).value === true;
    const found = cells.findIndex((row) => row.every(matches));
    return found < 0 ? null : rows[found].res;
  });
}

async function cedar() {
  const { preparsePolicySet, statefulIsAuthorized } = require('@cedar-policy/cedar-wasm/nodejs');
  const parsed = preparsePolicySet('table', { staticPolicies: read('table.cedar') });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  await measure('cedar-wasm', (input) => {
    const answer = statefulIsAuthorized({
      principal: { type: 'User', id: 'a' },
      action: { type: 'Action', id: input.gesture },
      resource: { type: 'Case', id: 'c' },
      context: {
        amount: Math.round(input.amount * 100),
        vip: input.vip,
        tags: input.tags,
        date: { __extn: { fn: 'datetime', arg: input.date } },
      },
      preparsedPolicySetId: 'table',
      validateRequest: false,
      entities: [],
    });
    const reason = answer.response.diagnostics.reason[0];
    return reason === undefined ? null : rows[Number(reason.replace('policy', ''))].res;
  });
}

for (const run of [zen, jsonRules, dmnEval, feelin, cedar]) {
  try {
    await run();
  } catch (error) {
    console.log(JSON.stringify({ peer: run.name, error: String(error) }));
  }
}
process.exit(0);
