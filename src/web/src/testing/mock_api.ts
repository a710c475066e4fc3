/**
 * An organisation in memory that answers as the contract says, for tests and for `npm run mock`. It decides nothing: its
 * verdicts are fixed by gesture. The real behaviour is shown by tests/e2e, against the real server.
 */
import type { Schemas } from '../api/client';
import { peopleRoutes } from './mock_people';
import { setupRoutes } from './mock_setup';

type S = Schemas;
export interface Reply {
  status: number;
  body?: unknown;
}
export interface Mock {
  answer(method: string, url: string, body: string): Reply;
  /** What was asked, in order: "POST /api/v1/cases/now". */
  readonly asked: string[];
  /** The body of the last request of this kind. */
  sent(request: RegExp): unknown;
  session: S['Session'] | null;
  file(id: string): S['CaseFile'];
  /** The next write is refused with this. */
  refuseNext(problem: Partial<S['Problem']>): void;
}

const start = Date.parse('2026-03-02T09:30:00Z');
let ticks = 0;
const now = () => new Date(start + ticks++ * 1000).toISOString();
let ids = 0;
const newId = () => `01958f00-0000-7000-8000-${String(++ids).padStart(12, '0')}`;

export const me = { id: '01958f00-0000-7000-8000-0000000000a1', name: 'Asha Rao' };
export const lead = { id: '01958f00-0000-7000-8000-0000000000a2', name: 'Lena Ortiz' };
const manager = { id: '01958f00-0000-7000-8000-0000000000a3', name: 'Martin Webb' };

const record = (by = me) => ({ id: newId(), occurred_at: now(), recorded_at: now(), recorded_by: by, version: 1 });

function gesture(code: string, title: string, kind: S['GestureKind'], amount: string, minutes: number, dimension: S['Dimension'], routine = false): S['Gesture'] {
  return {
    id: newId(), code, kind, title, description: `${title}, done well.`, amount, minutes, goods_value: '0.00', cash: kind === 'money',
    dimension, touchpoint: null, needs: '', conditions: [], state: 'active', routine, version: 1,
  };
}

const gates = ['routine or extra', 'authority', 'resources', 'guidelines', 'regulation', 'other customers'] as const;

interface Ruling {
  outcome: S['Check']['outcome'];
  sentence: string;
  gate?: (typeof gates)[number];
  reason?: string;
  citation?: string;
  nearest?: S['Variant'];
}

const rulings: Record<string, Ruling> = {
  'call-back': { outcome: 'allowed', sentence: 'You may call back: it costs no money, and others will hardly wait longer.' },
  'walk-through': { outcome: 'allowed', sentence: 'You may show them how it works now: it is quiet.' },
  'thank-you-card': { outcome: 'allowed', sentence: 'You may send a card: it is within your £20.00 a case.' },
  'explain-fees': { outcome: 'routine', sentence: 'This is part of your job: do it as always.', gate: 'routine or extra', reason: 'Explaining fees is one of your duties.', citation: 'Job description, duty 4' },
  'hamper': {
    outcome: 'needs sign-off', sentence: 'A hamper for £45.00 needs a yes from a team lead.', gate: 'authority',
    reason: 'It is above your £20.00 a case.', citation: 'Authority limits 2026, row 2',
    nearest: { sentence: 'For £20.00 you may do it yourself.', amount: '20.00', outcome: 'allowed' },
  },
  'voucher': {
    outcome: 'not allowed', sentence: 'You may not give money for a review.', gate: 'regulation',
    reason: 'A reward for a review must be made public.', citation: 'Digital Markets, Competition and Consumers Act 2024, Schedule 20',
    nearest: { sentence: 'A card without asking for anything is allowed.', gesture: 'thank-you-card', outcome: 'allowed' },
  },
};

const calmerTime = new Date(start + 5_400_000).toISOString();

function check(idea: string, code: string | null, recorded: boolean, own: string | null, amount?: string, startAt?: string | null): S['Check'] {
  const small = amount !== undefined && Number(amount) <= 20;
  const ruling: Ruling = small && code === 'hamper' ? { outcome: 'allowed', sentence: 'You may do this for up to £20.00.' }
    : rulings[code ?? ''] ?? { outcome: 'needs sign-off', sentence: 'A new idea needs a yes from a team lead.', gate: 'guidelines', reason: 'No rule knows this idea yet.', citation: 'Guideline 7: new ideas' };
  return {
    id: recorded ? newId() : null, idea, outcome: ruling.outcome, sentence: ruling.sentence,
    sign_off_role: ruling.outcome === 'needs sign-off' ? 'lead' : null,
    gates: gates.map((gate) => ({
      gate,
      verdict: gate === ruling.gate && ruling.outcome !== 'allowed' ? ruling.outcome : 'ok',
      findings: gate !== ruling.gate ? [] : [{
        verdict: ruling.outcome === 'allowed' ? 'ok' : ruling.outcome, reason: ruling.reason ?? '', citation: ruling.citation ?? null, rule: `${gate}, rule 2`, role: null, inputs: ['idea amount', 'staff authority'],
      }],
    })),
    nearest: ruling.nearest ?? null,
    forecast: {
      sentence: 'If you are away for 12 minutes, about 0.4 more customers wait longer than promised.', method: 'live queue, gesture table', start_at: startAt ?? now(), minutes: 12,
      extra_wait_minutes: 1.2, extra_late: 0.4, extra_abandons: 0.1, late_share_before: 0.1, late_share_after: 0.11, give_or_take_minutes: null, skills: [], tickets: null, verdict: 'ok', best_start_at: code === 'walk-through' || code === 'hamper' ? calmerTime : null, calibration: null,
    },
    own_verdict: own, timing: 'before', valid_until: new Date(start + 3_600_000).toISOString(), policy: 'uk-starter 3f2a91c4',
    held_money: recorded ? '0.00' : '0.00', held_minutes: recorded ? 5 : 0, occurred_at: now(), recorded_at: now(),
  };
}

function caseFile(reason: string, kind: string, channel: string, said: string | null, customer: string | null): S['CaseFile'] {
  const one = record();
  return {
    case: {
      ...one, reference: `C-${1040 + ids % 60}`, kind, reason, channel, state: 'open', stage: 'greeting',
      customer: customer === null ? null : {
        id: newId(), pseudonym: customer, name: customer, kind: 'external', segment: null, country: null, business: false, public_official: false,
        vulnerable: false, age_verified: false, erased: false, cases: 2, gestures_last_12_months: 0, version: 1,
      },
      incident: null, agent: me, team: 'Branch desk', severity: null, setting: 'paid', sector: 'private', simulated: false, regulated_product: false,
      remedy_due: false, use_as_evidence: false, load: 'quiet', load_basis: 'computed', situation: 'let_down', source: 'hand', external_id: null,
      opened_at: one.occurred_at, closed_at: null, words: said === null ? null : { text: said, author: 'customer' },
    },
    offer_explanations: [], expectations: [], perceptions: [], match: null, ideas: [], consultations: [], actions: [], feedback: [],
    documents_consulted: [], steps: [], next_step: 'Ask what they expect.',
  };
}

const confounding = 'Staff chose when and for whom to do this, so these figures also show whom they chose: they inform, and prove no effect of the gesture alone.';

function evidenceOf(gestures: S['Gesture'][], exploration: S['Exploration']): S['GestureEvidenceList'] {
  const used = (one: S['Gesture']) => one.code === 'call-back' || one.code === 'walk-through';
  return {
    confounding, error_rate: 0.05, exploration,
    items: gestures.map((one) => ({
      gesture: one.code, title: one.title, kind: one.kind, routine: one.routine, uses: used(one) ? 9 : 0, customers: used(one) ? 8 : 0,
      noticed: used(one) ? 8 : 0, answered: used(one) ? 8 : 0, valued: used(one) ? 7 : 0,
      share_who_value_it: used(one) ? { mean: 0.875, from: 0.51, to: 0.99 } : null, score: null, expected_share: 0.8, expected_share_of_kind: 0.75,
      segments: used(one) ? [{ segment: '', uses: 6 }, { segment: 'student', uses: 3 }] : [], cost: '0.00', minutes: used(one) ? 45 : 0,
      sentence: 'Used 9 times for 8 customers; 7 of the 8 who said how they took it valued it.', others: 'Nobody has looked at what it did to others.',
      routine_rule: {
        base_share: 0.5, base_measured: false, e_better_than_base: 12, e_others_unharmed: 1, e_needed: 20, better_than_base: false,
        others_unharmed: false, harms: false, suggest: false, sentence: 'Not shown yet: that others come through.',
      },
    })),
  };
}

function monitorOf(gestures: S['Gesture'][]): S['Monitor'] {
  return {
    confounding, error_rate: 0.05, error_rate_in_words: 'With nothing wrong, at most 1 gesture in 20 would ever raise any of its alarms in a team.',
    items: gestures.slice(0, 2).map((one, place) => ({
      gesture: one.code, title: one.title, team: 'Branch desk', uses: 9, alarm: place === 1, reconsider: false,
      not_unreasonably: place === 1 ? 'open' : 'shown', not_at_all: place === 1 ? 'refuted' : 'not refuted', windows: 9, others_in_windows: 110,
      late: place === 1 ? 19 : 10, late_forecast: 11, looked_at: 9, unaffected: 8, found_not_unreasonable: 9, processes: [],
      charts: [{ chart: 'CUSUM', value: 1.2, limit: 4, alarms: place, usual_windows_between_false_alarms: 167.7 }],
      sentence: place === 1 ? 'Alarm: more others late than forecast.' : 'Of 9 looks at others, 9 found them not unreasonably affected.',
    })),
  };
}

export function createMock(roles: S['Role'][] = ['agent', 'learner', 'lead', 'manager']): Mock {
  const session: S['Session'] = {
    person: me, roles, team: 'Branch desk', csrf_token: 'token-of-the-session',
    organisation: { id: newId(), name: 'Brook Street Bank', slug: 'brook-street', time_zone: 'Europe/London', currency: 'GBP' },
  };
  const gestures = [
    gesture('call-back', 'Call back with the answer', 'attention', '0.00', 5, 'responsiveness'),
    gesture('walk-through', 'Walk through it together', 'information', '0.00', 12, 'empathy'),
    gesture('thank-you-card', 'Handwritten card', 'attention', '2.50', 4, 'empathy'),
    gesture('explain-fees', 'Explain the fees', 'information', '0.00', 5, 'assurance', true),
    gesture('hamper', 'Small hamper', 'goods', '45.00', 10, 'tangibles'),
    gesture('voucher', 'Voucher for a review', 'money', '10.00', 2, 'tangibles'),
  ];
  const offer: S['Offer'] = {
    ...record(manager), number: 1, title: 'Branch and phone service', summary: 'We answer, we explain and we keep our word.', state: 'published',
    published_at: now(), from_proposal: null,
    items: [
      ['We answer the phone within three minutes.', 3, 'responsiveness'], ['We explain every fee before you pay it.', null, 'assurance'],
      ['We put right what went wrong within two working days.', null, 'reliability'],
    ].map(([promise, minutes, dimension], position) => ({
      id: newId(), position: position + 1, promise: promise as string, standard: null, standard_minutes: minutes as number | null, channel: null, segment: null,
      touchpoint: null, dimension: dimension as S['Dimension'], gesture: null,
    })),
  };
  const files = new Map<string, S['CaseFile']>();
  const keep = (file: S['CaseFile']) => { files.set(file.case.id, file); return file; };
  keep(caseFile('New card never came, second time', 'complaint', 'phone', 'I was told it would be here last week. I need it for my trip on Friday.', 'Jo Hart'));
  keep(caseFile('How do I set up a standing order?', 'enquiry', 'face to face', null, null));
  const movesFrom = (state: string): S['Proposal']['moves'] => {
    const path = ['suggested', 'submitted', 'under review', 'on trial', 'adopted'];
    const to = path[path.indexOf(state) + 1];
    if (!to) return [];
    return [{ to, is: to === 'on trial' ? 'trial' : to === 'adopted' ? 'adopted' : 'open', needs_reason: false }, { to: 'declined', is: 'declined', needs_reason: true }];
  };
  const trialOf = (wish: S['NewTrial']): S['Trial'] => {
    const side = { uses: 4, customers: 4, answered: 3, valued: 3, looked_at: 2, not_unreasonably: 2, windows: 0, alarm: false, sentence: 'Used 4 times for 4 customers.' };
    return {
      id: newId(), team: wish.team ?? null, from: now(), until: wish.until ?? now(), owner: manager, status: 'running', ended_at: null,
      watched: ['others unreasonably affected'], shows: { before: side, during: { ...side, sentence: 'Used 2 times for 2 customers.' } },
    };
  };
  const quarterPast = { load: 7.2, mean_wait_s: 40, gives_up: 0.04 };
  const capacity: S['Capacity'] = {
    sentence: 'Always done, it would be for 40 cases a week and take 155 minutes more a week; capacity is enough.',
    counted: 'kinds', how_counted: 'every case of the kinds it was used in: enquiry', days: 28, cases: 160, expecting: 12, cases_a_week: 40, uses_a_week: 9,
    extra_a_week: 31, minutes_each: 5, minutes_a_week: 155, amount_a_week: '0.00', standard_minutes: 3,
    teams: [{ team: 'Branch', cases_a_week: 40, extra_a_week: 31, queue: {
      calibration: newId(), calibration_version: '0123456789abcdef', customers_a_week: 1200, share: 0.026, enough: true, more_agent_hours: 0,
      extra_late_a_week: 3.1, extra_wait_minutes_a_week: 22, extra_gives_up_a_week: 0.4,
      half_hours: [{ day: 'weekday', starts: '10:30', agents: 9, more_agents: 0, before: { ...quarterPast, late_share: 0.11 }, after: { ...quarterPast, late_share: 0.14 } }],
    } }],
  };
  const proposals: S['Proposal'][] = [{
    ...record(), kind: 'routine', gesture: 'call-back', incident: null, state: 'submitted', offer: null, uses: 9, customers: 8, valued: 7, cost: '0.00',
    evidence: 'Done 9 times for 8 customers; 7 were pleased, none complained.',
    raised_by: 'person', record_shows: 'Not shown yet: that others come through.', capacity,
    is: 'open', moves: movesFrom('submitted'), trials: [],
    words: { text: 'People keep thanking us for it.', author: 'own_words' }, steps: [{ from: 'suggested', to: 'submitted', by: lead, occurred_at: now(), words: null }],
  }];
  const policySet = (number: number, state: S['PolicySet']['state']): S['PolicySet'] => ({
    ...record(manager), number, name: 'branch rules', hash: String(number).repeat(64), state, rules: 56, published_at: state === 'draft' ? null : now(), supersedes: null,
  });
  const policySets = [policySet(3, 'draft'), policySet(2, 'published'), policySet(1, 'superseded')];
  const putInForce = (id: string) => {
    for (const one of policySets) if (one.state === 'published') one.state = 'superseded';
    const set = policySets.find((one) => one.id === id)!;
    set.state = 'published';
    return set;
  };
  const consultations: S['Consultation'][] = [];
  const exploration: S['Exploration'] = { on: false, share: 0.1 };
  const asked: string[] = [];
  const bodies: [string, unknown][] = [];
  let refusal: Partial<S['Problem']> | null = null;

  const ideaOf = (id: string) => {
    for (const file of files.values()) {
      const idea = file.ideas.find((one) => one.id === id);
      if (idea) return { file, idea };
    }
    throw new Error(`no idea ${id}`);
  };
  const actionOf = (id: string) => {
    for (const file of files.values()) {
      const action = file.actions.find((one) => one.id === id);
      if (action) return { file, action };
    }
    throw new Error(`no action ${id}`);
  };
  const propose = (file: S['CaseFile'], body: S['NewIdea']): S['Idea'] => {
    const from = gestures.find((one) => one.code === body.gesture);
    const idea: S['Idea'] = {
      ...record(), case_id: file.case.id, incident: null, gesture: from?.code ?? null, title: from?.title ?? body.words?.text ?? '', words: body.words ?? null,
      kind: from?.kind ?? body.kind ?? 'other', amount: body.amount ?? from?.amount ?? '0.00', minutes: body.minutes ?? from?.minutes ?? 0, goods_value: '0.00',
      start_at: body.start_at ?? null, channel: 'phone', recipient_kind: 'person', conditions: body.conditions ?? [], origin: body.origin ?? 'own', state: 'open',
      chosen_at: null, choice_reason: null, last_check: null,
    };
    file.ideas.push(idea);
    return idea;
  };
  const act = (file: S['CaseFile'], idea: S['Idea'], body: S['NewAction']): S['Action'] => {
    const action: S['Action'] = {
      ...record(), idea: idea.id, check: idea.last_check?.id ?? null, consultation: null, gesture: idea.gesture, title: idea.title, state: body.state ?? 'done',
      amount: body.amount ?? idea.amount, minutes: body.minutes ?? idea.minutes, touchpoint: null, words: body.words ?? null, awareness: [], effects: [], outcomes: [],
      promises: (body.promises ?? []).map((one) => ({ ...record(), action: '', state: 'open', due_at: one.due_at, words: one.words })),
    };
    file.actions.push(action);
    file.next_step = 'Tell the customer what you did.';
    return action;
  };
  const planned = (): S['OpenEnd'][] => [...files.values()].flatMap((file) => file.actions.filter((one) => one.state === 'planned').map((action) => (
    { kind: 'planned', case_id: file.case.id, record: action.id, question: 'Was it done as planned?', due_at: file.ideas.find((one) => one.id === action.idea)?.start_at ?? null })));
  const openEnds = (): S['OpenEnd'][] => [...files.values()].flatMap((file) => file.actions.filter((one) => one.state === 'done').flatMap((action) => {
    const of = { case_id: file.case.id, record: action.id, due_at: null };
    return [
      ...(action.awareness.length === 0 ? [{ ...of, kind: 'told' as const, question: `${file.case.reason}: did you tell them about “${action.title}”?` }] : []),
      ...(file.feedback.length === 0 ? [{ ...of, kind: 'reaction' as const, question: `${file.case.reason}: how did they take it?` }] : []),
      ...(action.effects.length === 0 ? [{ ...of, kind: 'others' as const, question: `${file.case.reason}: did other customers notice?` }] : []),
    ];
  }));

  type Handler = (id: string, body: never, query: URLSearchParams, rest: string) => Reply;
  const ok = (body: unknown): Reply => ({ status: 200, body });
  const made = (body: unknown): Reply => ({ status: 201, body });
  const file = (id: string) => files.get(id)!;
  const routes: [string, RegExp, Handler][] = [
    ...setupRoutes(),
    ...peopleRoutes(session, me, lead, manager),
    ['GET', /^\/session$/, () => mock.session ? ok(mock.session) : { status: 401, body: { type: 'about:blank', title: 'Not signed in', status: 401, code: 'not_signed_in', detail: 'Nobody is signed in.' } }],
    ['POST', /^\/session$/, () => { mock.session = session; return ok(session); }],
    ['DELETE', /^\/session$/, () => { mock.session = null; return { status: 204 }; }],
    ['GET', /^\/gestures$/, () => ok(gestures)],
    ['GET', /^\/documents$/, () => ok([{ id: newId(), kind: 'procedure', title: 'Complaints procedure', edition: '2026', location: null, supersedes: null, version: 1 }])],
    ['GET', /^\/incidents$/, () => ok([])],
    ['GET', /^\/offers$/, () => ok([offer])],
    ['GET', /^\/offers\/current$/, () => ok(offer)],
    ['GET', /^\/cases$/, (_, __, query) => ok({ next: null, items: [...files.values()].filter((one) => one.case.state === query.get('state')).map(({ case: one, next_step }) => ({ ...one, customer: one.customer?.pseudonym ?? null, next_step })) })],
    ['POST', /^\/cases$/, (_, body: S['NewCase']) => made(keep(caseFile(body.reason, body.kind, body.channel, body.words?.text ?? null, body.customer?.name ?? null)).case)],
    ['POST', /^\/cases\/now$/, () => made(keep(caseFile('Walk-up', 'other', 'face to face', null, null)).case)],
    ['POST', /^\/cases\/import$/, () => ok({ read: 3, opened: 2, known_already: 0, refused: [{ row: 3, code: 'bad_word', field: '/channel', detail: 'The channel “fax” is not known.' }] })],
    ['GET', /^\/cases\/([^/]+)$/, (id) => files.has(id) ? ok(structuredClone(file(id))) : { status: 404, body: { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', detail: 'There is no such case.' } }],
    ['PATCH', /^\/cases\/([^/]+)$/, (id) => ok(file(id).case)],
    ['POST', /^\/cases\/([^/]+)\/close$/, (id) => { file(id).case.state = 'closed'; return ok(file(id).case); }],
    ['POST', /^\/cases\/([^/]+)\/evidence$/, (id, body: S['UseAsEvidence']) => { file(id).case.use_as_evidence = body.use_as_evidence; return ok(file(id).case); }],
    ['POST', /^\/cases\/([^/]+)\/steps$/, (id, body: S['NewCaseStep']) => { const one = { ...record(), step: body.step, words: null }; file(id).steps.push(one); return made(one); }],
    ['POST', /^\/cases\/([^/]+)\/offer-explanations$/, (id, body: S['NewOfferExplanation']) => { const one = { ...record(), offer: offer.id, offer_number: 1, channel: body.channel ?? 'phone' as const, words: body.words ?? null }; file(id).offer_explanations.push(one); return made(one); }],
    ['POST', /^\/cases\/([^/]+)\/expectations$/, (id, body: S['NewExpectation']) => { const one: S['Expectation'] = { ...record(), kind: body.kind, words: body.words, dimension: body.dimension, importance: body.importance ?? 3, formed_by: body.formed_by ?? 'unknown', learned_by: body.learned_by ?? 'told' }; file(id).expectations.push(one); return made(one); }],
    ['POST', /^\/cases\/([^/]+)\/perceptions$/, (id, body: S['NewPerception']) => { const one: S['Perception'] = { ...record(), expectation: null, dimension: body.dimension ?? null, rating: body.rating ?? null, words: null }; file(id).perceptions.push(one); return made(one); }],
    ['GET', /^\/cases\/([^/]+)\/match$/, (id) => ok({ offer: offer.id, offer_number: 1, summary: 'One key difference: our offer does not say when a card comes.', lines: file(id).expectations.map((one) => ({ expectation: one.id, expectation_words: one.words.text, offer_item: offer.items[2]!.id, promise: offer.items[2]!.promise, verdict: 'short', key_difference: true, words: null })) })],
    ['POST', /^\/cases\/([^/]+)\/match$/, (id, body: S['NewMatch']) => { const one: S['Match'] = { ...record(), offer: offer.id, offer_number: 1, summary: 'One key difference: our offer does not say when a card comes.', lines: body.lines.map((line) => ({ expectation: line.expectation, expectation_words: file(id).expectations.find((e) => e.id === line.expectation)?.words.text ?? null, offer_item: line.offer_item ?? null, promise: null, verdict: line.verdict, key_difference: line.key_difference ?? false, words: line.words ?? null })) }; file(id).match = one; return made(one); }],
    ['GET', /^\/cases\/([^/]+)\/tiles$/, () => ok(gestures.map((one) => { const of = check('', one.code, false, null); return { gesture: one, outcome: of.outcome, sentence: of.sentence, one_tap: of.outcome === 'allowed' || of.outcome === 'routine' }; }))],
    ['POST', /^\/cases\/([^/]+)\/tiles\/([^/]+)$/, (id, _, __, code) => { const idea = propose(file(id), { gesture: code }); idea.last_check = check(idea.id, code, true, null); return made({ idea: idea.id, check: idea.last_check, action: act(file(id), idea, {}) }); }],
    ['POST', /^\/cases\/([^/]+)\/ideas$/, (id, body: S['NewIdea']) => made(propose(file(id), body))],
    ['POST', /^\/cases\/([^/]+)\/feedback$/, (id, body: S['NewFeedback']) => { const one: S['Feedback'] = { ...record(), case_id: id, action: body.action ?? null, source: body.source, method: body.method, about_person: me, score: body.score ?? null, score_max: body.score_max ?? null, positive: body.positive, words: body.words ?? null, passed_on: [] }; file(id).feedback.push(one); return made(one); }],
    ['POST', /^\/ideas\/([^/]+)\/preview$/, (id, body: S['CheckRequest']) => ok(check(id, ideaOf(id).idea.gesture, false, null, body.amount ?? ideaOf(id).idea.amount, body.start_at ?? ideaOf(id).idea.start_at))],
    ['POST', /^\/ideas\/([^/]+)\/check$/, (id, body: S['CheckRequest']) => { const { idea } = ideaOf(id); idea.last_check = check(id, idea.gesture, true, body.own_verdict ?? null, idea.amount, idea.start_at); return made(idea.last_check); }],
    ['POST', /^\/ideas\/([^/]+)\/choose$/, (id, body: S['Choice']) => { const { idea } = ideaOf(id); Object.assign(idea, { state: 'chosen', chosen_at: now(), choice_reason: body.words ?? null }); return ok(idea); }],
    ['POST', /^\/ideas\/([^/]+)\/actions$/, (id, body: S['NewAction']) => { const of = ideaOf(id); return made(act(of.file, of.idea, body)); }],
    ['POST', /^\/ideas\/([^/]+)\/consultations$/, (id, body: S['NewConsultation']) => { const of = ideaOf(id); const one: S['Consultation'] = { ...record(), idea: id, idea_title: of.idea.title, case_id: of.file.case.id, case_reference: of.file.case.reference, incident: null, purpose: body.purpose, mode: body.mode, proposer: me, with_person: lead, outside_authority: null, deputy: null, state: body.spoken_answer?.state ?? 'requested', facts: [`${of.idea.title}: £${of.idea.amount} and ${of.idea.minutes} minutes.`, 'It is above the agent’s £20.00 a case.'], words: body.words ?? null, answer_words: body.spoken_answer?.words ?? null, due_at: new Date(start + 7_200_000).toISOString(), answered_at: body.spoken_answer ? now() : null, confirmed_at: null, envelope: null }; of.file.consultations.push(one); consultations.push(one); return made(one); }],
    ['GET', /^\/consultations$/, () => ok({ items: consultations })],
    ['POST', /^\/consultations\/([^/]+)\/answer$/, (id, body: S['ConsultationAnswer']) => { const one = consultations.find((c) => c.id === id)!; Object.assign(one, { state: body.state, answered_at: now(), answer_words: body.words ?? null, envelope: body.envelope ?? null }); return ok(one); }],
    ['POST', /^\/consultations\/([^/]+)\/confirm$/, (id) => { const one = consultations.find((c) => c.id === id)!; one.confirmed_at = now(); return ok(one); }],
    ['POST', /^\/consultations\/([^/]+)\/withdraw$/, (id) => { const one = consultations.find((c) => c.id === id)!; one.state = 'withdrawn'; return ok(one); }],
    ['POST', /^\/actions\/([^/]+)\/state$/, (id, body: S['ActionChange']) => { const { action } = actionOf(id); action.state = body.state; return ok(action); }],
    ['POST', /^\/actions\/([^/]+)\/awareness$/, (id, body: S['NewAwareness']) => { const one = { ...record(), channel: body.channel, words: body.words, acknowledged: body.acknowledged ?? false }; actionOf(id).action.awareness.push(one); return made(one); }],
    ['POST', /^\/actions\/([^/]+)\/effects$/, (id, body: S['NewEffect']) => { const one: S['Effect'] = { ...record(), method: body.method, on_whom: body.on_whom ?? 'other customers', window_from: now(), window_to: now(), mean_wait_s: 62, expected_wait_s: 60, standard_wait_s: 180, customers: 11, unaffected: true, not_unreasonably: true, words: null, sentence: '11 customers waited 62 seconds on average; 60 were expected, 180 are promised.' }; actionOf(id).action.effects.push(one); return made(one); }],
    ['POST', /^\/actions\/([^/]+)\/outcomes$/, (id, body: S['NewOutcome']) => { const one: S['Outcome'] = { ...record(), kind: body.kind, measured_by: body.measured_by, tangible: body.tangible ?? false, words: null }; actionOf(id).action.outcomes.push(one); return made(one); }],
    ['POST', /^\/actions\/([^/]+)\/promises$/, (id, body: S['PromiseInput']) => { const one: S['Promise'] = { ...record(), action: id, due_at: body.due_at, state: 'open', words: body.words }; actionOf(id).action.promises.push(one); return made(one); }],
    ['GET', /^\/open-ends$/, () => ok({ items: [...planned(), ...openEnds()] })],
    ['GET', /^\/proposals$/, () => ok({ items: proposals })],
    ['POST', /^\/proposals$/, (_, body: S['NewProposal']) => { const one: S['Proposal'] = { ...proposals[0]!, ...record(), kind: body.kind, gesture: body.gesture ?? null, state: 'suggested', moves: movesFrom('suggested'), words: body.words, steps: [] }; proposals.push(one); return made(one); }],
    ['POST', /^\/proposals\/([^/]+)\/move$/, (id, body: S['ProposalMove']) => { const one = proposals.find((p) => p.id === id)!; one.steps.push({ from: one.state, to: body.state, by: manager, occurred_at: now(), words: body.words ?? null }); one.is = one.moves.find((move) => move.to === body.state)!.is; one.state = body.state; one.moves = movesFrom(body.state); if (one.is === 'adopted') one.offer = offer.id; if (body.trial) one.trials.push(trialOf(body.trial)); return ok(one); }],
    ['GET', /^\/gestures\/evidence$/, () => ok(evidenceOf(gestures, exploration))],
    ['GET', /^\/monitor$/, () => ok(monitorOf(gestures))],
    ['POST', /^\/exploration$/, (_, body: S['SetExploration']) => { exploration.on = body.on; return ok(exploration); }],
    ['GET', /^\/policy-sets$/, () => ok(policySets)],
    ['GET', /^\/policy-sets\/([^/]+)\/check$/, (id) => ok({ id, hash: policySets.find((one) => one.id === id)!.hash, tests: { passed: 123, failed: 0, rules: 56, covered: 56, failures: [], never_matched: [] }, analysis: { findings: 1, tables: [{ table: 'Guidelines', complete: true, left_out: 0, notes: [], findings: [{ kind: 'gap', rules: [], input: null, certain: true, message: 'No rule matches where the amount is 0.', witness: [{ input: 'Amount', is: '0' }] }] }] }, findings_hash: 'f1', may_publish: true } satisfies S['PolicySetCheck'])],
    ['POST', /^\/policy-sets\/([^/]+)\/publish$/, (id) => ok(putInForce(id))],
    ['POST', /^\/policy-sets\/([^/]+)\/roll-back$/, (id) => ok(putInForce(id))],
    ['GET', /^\/policy$/, () => ok({ name: 'uk-starter', hash: '3f2a91c4d07be1528a64c9f1f6a0b7714b3d9a52e8c0d6f4937281ab5c6de012', files: ['limits.dmn', 'guidelines.dmn', 'regulation.dmn'], decisions: ['Authority', 'Guidelines', 'Regulation', 'Other customers'], set: null, rules: 41 })],
    ['GET', /^\/frameworks$/, () => ok([unit])],
    ['GET', /^\/enrolments$/, () => ok([{ ...record(), person: me, framework: unit, assessor: null, state: 'active' }])],
    ['GET', /^\/enrolments\/([^/]+)\/coverage$/, (id) => ok(coverageOf(id, [...files.values()]))],
  ];

  const mock: Mock = {
    asked,
    session,
    sent: (request) => bodies.findLast(([line]) => request.test(line))?.[1],
    file,
    refuseNext: (problem) => { refusal = problem; },
    answer(method, url, body) {
      const { pathname, searchParams } = new URL(url, 'http://mock');
      const path = pathname.replace(/^\/api\/v1/, '');
      const parsed: unknown = body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : body;
      asked.push(`${method} ${path}`);
      bodies.push([`${method} ${path}`, parsed]);
      if (refusal && method !== 'GET') {
        const problem = { type: 'about:blank', title: 'Refused', status: 422, code: 'refused', detail: 'No.', ...refusal };
        refusal = null;
        return { status: problem.status, body: problem };
      }
      for (const [verb, pattern, handle] of routes) {
        const found = verb === method ? pattern.exec(path) : null;
        if (found) return structuredClone(handle(found[1] ?? '', (parsed || {}) as never, searchParams, found[2] ?? ''));
      }
      return { status: 404, body: { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', detail: `The mock has no ${method} ${path}.` } };
    },
  };
  return mock;
}

const unit: S['FrameworkInfo'] = { code: 'CU801', edition: '2011', title: 'Going the extra mile in customer service', awarding_body: 'City & Guilds', level: 'Level 3', credit: 6, criteria: 3 };

function coverageOf(enrolment: string, files: S['CaseFile'][]): S['Coverage'] {
  const done = files.flatMap((file) => file.actions.map((action) => ({ file, action })));
  const criteria: S['CriterionCoverage'][] = [
    { code: '1.1', text: 'Tells customers in plain words what the service offer is.', kind: 'performance', state: 'missing', records: [], missing: ['Explain the offer to a customer and note it.'] },
    {
      code: '2.1', text: 'Carries out an extra that the customer notices.', kind: 'performance', state: done.length > 0 ? 'partly' : 'missing',
      records: done.map(({ file, action }) => ({ record_kind: 'action', record: action.id, case_id: file.case.id, occurred_at: action.occurred_at, recorded_at: action.recorded_at, late: false, says: `Did “${action.title}”`, author: null, context: 'quiet, let down', href: `/cases/${file.case.id}` })),
      missing: ['Do it once when it is busy.'],
    },
    { code: '3.1', text: 'Explains which limits apply to extras, and why.', kind: 'knowledge', state: 'needs account', records: [], missing: ['Tell your assessor, or write a short account.'] },
  ];
  return { enrolment, framework: unit, person: me, evidenced: 0, of: 3, criteria, sufficiency: [{ requirement: 'different customers', basis: 'spec', met: false, says: 'Two different customers are needed; there is one so far.' }], warnings: [] };
}
