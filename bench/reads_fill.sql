-- A large organisation of two years, on top of what the demonstration has (bench/reads_main.cc). One text for both databases.
-- Words in braces are replaced: sizes ({cases}, {people} ...), times in microseconds ({now}, {from}, {span}), ids of the
-- demonstration's people and of the organisation ({org}, {agent}, {lead}, {manager}). Functions that the benchmark provides:
--   eid(kind, i)       the id of the i-th row of a kind; ids of a kind rise with i, as real ones rise with time
--   pick(i, salt, n)   0 to n - 1, always the same for the same arguments
--   filler(n)          n bytes
-- People of kind 1, customers 2, cases 3, ideas 4, checks 5, consultations 6, actions 7, feedback 8, incidents 9, proposals 10.

create table bench_n (i bigint not null primary key);
insert into bench_n with recursive x (i) as (select 1 union all select i + 1 from x where i < {most}) select i from x;
create table bench_gesture as select row_number() over (order by code) - 1 as at, code, kind, amount, minutes from gesture
  where state = 'active';
create table bench_check as select policy_hash, offer_id, sentence, policy, snapshot, gates from idea_check limit 1;

insert into identity (id, created_at) select eid(21, i), {from} from bench_n where i <= {people};
-- Teams of 25, in them a lead and every fourth time a manager.
insert into person (organisation_id, id, display_name, salt, team, occurred_at, recorded_at, recorded_by)
  select {org}, eid(1, i), 'Person ' || i, filler(32), case when i <= 25 then 'Customer line' else 'Team ' || (i / 25) end,
  {from}, {from}, {manager} from bench_n where i <= {people};
insert into membership (id, identity_id, organisation_id, person_id, roles, valid_from)
  select eid(20, i), eid(21, i), {org}, eid(1, i),
  case when i % 100 = 1 then 'manager' when i % 25 = 0 then 'agent lead' else 'agent' end, {from}
  from bench_n where i <= {people};
insert into authority_grant (organisation_id, id, person_id, role, purpose, per_case, per_month, valid_from, occurred_at,
  recorded_at, recorded_by) select {org}, eid(19, i), eid(1, 1 + pick(i, 1, {people})), null, 'act', 5000, 50000, {from}, {from},
  {from}, {manager} from bench_n where i <= {people} / 10;
insert into ledger_account (organisation_id, owner_kind, owner_id, person_id, measure, period, held, spent)
  select {org}, 'grant', g.id, eid(1, 1 + (i - 1) / 24), 'money', '20' || (25 + i % 24 / 12) || '-' || (i % 12 + 1), 0, pick(i, 2, 20000)
  from bench_n cross join (select id from authority_grant where role = 'agent' and purpose = 'act') g where i <= {people} * 24;

insert into customer (organisation_id, id, pseudonym, kind, segment, occurred_at, recorded_at, recorded_by)
  select {org}, eid(2, i), 'B-' || i, 'external', case when i % 4 = 0 then 'new' else 'saver' end, {from}, {from}, {manager}
  from bench_n where i <= {customers};
insert into customer_personal (organisation_id, customer_id, name, contact, external_reference, salt)
  select {org}, eid(2, i), 'Customer ' || i, 'c' || i || '@example.org', 'bench-' || i, filler(32) from bench_n where i <= {customers};
insert into incident (organisation_id, id, title, cause, kind, team, opened_at, closed_at, occurred_at, recorded_at, recorded_by)
  select {org}, eid(9, i), 'Incident ' || i, 'systems', 'late post', 'Customer line', {from} + {span} / {incidents} * i,
  case when i < {incidents} - 3 then {now} end, {from}, {from}, {manager} from bench_n where i <= {incidents};

-- One case in two hundred is the asking agent's. The newest three in a hundred are open.
insert into service_case (organisation_id, id, reference, kind, reason, channel, stage, state, customer_id, incident_id, team,
  agent_id, setting, sector, load, load_basis, situation, source, opened_at, closed_at, occurred_at, recorded_at, recorded_by)
  select {org}, eid(3, i), 'B-' || i, case when i % 10 = 0 then 'complaint' else 'request' end, 'card has not arrived',
  case when i % 3 = 0 then 'email' else 'phone' end, 'contact', case when i > {cases} - {cases} / 33 then 'open' else 'closed' end,
  eid(2, 1 + pick(i, 1, {customers})),
  case when pick(i, 2, 20) = 0 then eid(9, 1 + pick(i, 3, {incident_roots}) * pick(i, 4, {incident_roots})) end,
  case when pick(i, 5, 20) = 0 then 'Customer line' else 'Team ' || pick(i, 6, {people} / 25) end,
  case when pick(i, 13, 200) = 0 then {agent} else eid(1, 1 + pick(i, 7, {people})) end, 'paid', 'private', 'typical', 'computed',
  case when i % 10 = 0 then 'let_down' else 'routine' end,
  case when i > {cases} - {cases} / 200 and pick(i, 13, 200) <> 0 then 'incident' else 'page' end, {from} + {span} / {cases} * i,
  case when i > {cases} - {cases} / 33 then null else {from} + {span} / {cases} * i + 86400000000 end,
  {from} + {span} / {cases} * i, {from} + {span} / {cases} * i,
  case when pick(i, 13, 200) = 0 then {agent} else eid(1, 1 + pick(i, 7, {people})) end
  from bench_n where i <= {cases};
insert into case_step (organisation_id, id, case_id, step, occurred_at, recorded_at, recorded_by)
  select {org}, eid(12, i), c.id, 'greeting', c.opened_at, c.opened_at, c.agent_id from bench_n join service_case c on
  c.organisation_id = {org} and c.id = eid(3, i) where i <= {cases};
insert into offer_explanation (organisation_id, id, case_id, offer_id, channel, occurred_at, recorded_at, recorded_by)
  select {org}, eid(16, i), c.id, (select id from service_offer where state = 'published'), 'phone', c.opened_at, c.opened_at,
  c.agent_id from bench_n join service_case c on c.organisation_id = {org} and c.id = eid(3, i * 2) where i <= {cases} / 2;
insert into expectation (organisation_id, id, case_id, kind, dimension, importance, formed_by, learned_by, occurred_at,
  recorded_at, recorded_by) select {org}, eid(17, i), c.id, 'expectation', 'reliability', 3, 'the offer', 'asked', c.opened_at,
  c.opened_at, c.agent_id from bench_n join service_case c on c.organisation_id = {org} and c.id = eid(3, i) where i <= {cases};

insert into idea (organisation_id, id, case_id, gesture_code, kind, amount, minutes, goods_value, channel, recipient_kind,
  conditions, origin, state, chosen_at, occurred_at, recorded_at, recorded_by)
  select {org}, eid(4, i), c.id, g.code, g.kind, g.amount, g.minutes, 0, c.channel, 'person', '', 'own',
  case when i % 5 = 1 then 'chosen' else 'open' end, case when i % 5 = 1 then c.opened_at end, c.opened_at, c.opened_at, c.agent_id
  from bench_n join service_case c on c.organisation_id = {org} and c.id = eid(3, 1 + (i - 1) * {cases} / {ideas})
  join bench_gesture g on g.at = pick(i, 8, (select count(*) from bench_gesture)) where i <= {ideas};
-- Forecasts of the checks that something was done upon; a check's own columns as the demonstration's check has them.
insert into forecast (organisation_id, id, check_id, team, method, start_at, duration_s, extra_wait_minutes, late_share_before,
  late_share_after, verdict, body, occurred_at, recorded_at, recorded_by)
  select {org}, eid(22, i), eid(5, i), c.team, 'computed', c.opened_at, 600, 0.5, 0.1, 0.11, 'ok', '{}', c.opened_at, c.opened_at,
  c.agent_id from bench_n join idea d on d.organisation_id = {org} and d.id = eid(4, i)
  join service_case c on c.organisation_id = {org} and c.id = d.case_id where i <= {ideas} and i % 5 = 1;
insert into idea_check (organisation_id, id, idea_id, case_id, gesture_code, outcome, timing, valid_until, amount, minutes,
  policy_hash, offer_id, forecast_id, sentence, policy, snapshot, gates, occurred_at, recorded_at, recorded_by)
  select {org}, eid(5, i), d.id, d.case_id, d.gesture_code, case when i % 3 = 0 then 'needs sign-off' else 'allowed' end, 'before',
  d.recorded_at + 1800000000, d.amount, d.minutes, k.policy_hash, k.offer_id, case when i % 5 = 1 then eid(22, i) end, k.sentence,
  k.policy, k.snapshot, k.gates, d.recorded_at, d.recorded_at, d.recorded_by
  from bench_n join idea d on d.organisation_id = {org} and d.id = eid(4, i) cross join bench_check k where i <= {ideas};
insert into hold (organisation_id, id, check_id, subject_id, holder_id, state, amount, minutes, expires_at, lines, occurred_at,
  recorded_at, recorded_by) select {org}, eid(23, i), eid(5, i), d.case_id, d.recorded_by,
  case when i % 5 = 1 then 'spent' else 'released' end, d.amount, d.minutes, d.recorded_at + 1800000000, '', d.recorded_at,
  d.recorded_at, d.recorded_by from bench_n join idea d on d.organisation_id = {org} and d.id = eid(4, i) where i <= {ideas};

-- A third are asked of no one person, one in sixty of those of the asking lead; the newest in three hundred wait.
insert into consultation (organisation_id, id, idea_id, check_id, case_id, purpose, mode, proposer_id, with_person_id, deputy_id,
  state, due_at, answered_at, confirmed_at, facts, occurred_at, recorded_at, recorded_by)
  select {org}, eid(6, i), d.id, eid(5, 1 + (i - 1) * {ideas} / {consultations}), d.case_id, 'approval',
  case when i % 7 = 0 then 'spoken' else 'in app' end, d.recorded_by,
  case when i % 3 = 0 then null when i % 60 = 1 then {lead} when i % 60 = 2 then {manager} else eid(1, 25 * (1 + pick(i, 9, {people} / 25))) end,
  case when i % 100 = 1 then {manager} end,
  case when i > {consultations} - {consultations} / 300 then 'requested' when i % 5 = 0 then 'declined' else 'approved' end,
  d.recorded_at + 14400000000, case when i > {consultations} - {consultations} / 300 then null else d.recorded_at + 3600000000 end,
  case when i > {consultations} - {consultations} / 300 then null else d.recorded_at + 3600000000 end,
  '["The idea costs 15.00 GBP.","It takes 4 minutes."]', d.recorded_at, d.recorded_at, d.recorded_by
  from bench_n join idea d on d.organisation_id = {org} and d.id = eid(4, 1 + (i - 1) * {ideas} / {consultations})
  where i <= {consultations};
insert into action (organisation_id, id, idea_id, case_id, check_id, gesture_code, state, amount, minutes, done_at, occurred_at,
  recorded_at, recorded_by) select {org}, eid(7, i), d.id, d.case_id, eid(5, 1 + (i - 1) * {ideas} / {actions}), d.gesture_code,
  case when i > {actions} - {actions} / 100 then 'planned' else 'done' end, d.amount, d.minutes,
  case when i > {actions} - {actions} / 100 then null else d.recorded_at + 600000000 end, d.recorded_at, d.recorded_at, d.recorded_by
  from bench_n join idea d on d.organisation_id = {org} and d.id = eid(4, 1 + (i - 1) * {ideas} / {actions}) where i <= {actions};
insert into awareness (organisation_id, id, action_id, case_id, channel, acknowledged, occurred_at, recorded_at, recorded_by)
  select {org}, eid(14, i), a.id, a.case_id, 'phone', i % 2, a.occurred_at, a.occurred_at, a.recorded_by
  from bench_n join action a on a.organisation_id = {org} and a.id = eid(7, i) where i <= {actions} and i % 10 <> 0;
insert into promise (organisation_id, id, action_id, case_id, due_at, state, occurred_at, recorded_at, recorded_by)
  select {org}, eid(13, i), a.id, a.case_id, a.occurred_at + 86400000000,
  case when i > {actions} - {actions} / 60 then 'open' when i % 20 = 0 then 'broken' else 'kept' end, a.occurred_at, a.occurred_at,
  a.recorded_by from bench_n join action a on a.organisation_id = {org} and a.id = eid(7, i) where i <= {actions} and i % 3 = 0;
insert into effect_observation (organisation_id, id, action_id, case_id, method, on_whom, window_from, window_to, unaffected,
  not_unreasonably, occurred_at, recorded_at, recorded_by) select {org}, eid(15, i), a.id, a.case_id, 'observed', 'customers in the queue',
  a.occurred_at, a.occurred_at + 3600000000, case when i % 9 = 0 then 0 else 1 end, 1, a.occurred_at, a.occurred_at, a.recorded_by
  from bench_n join action a on a.organisation_id = {org} and a.id = eid(7, i) where i <= {actions} and i % 3 = 0;
insert into feedback (organisation_id, id, case_id, action_id, source, method, score, score_max, positive, occurred_at, recorded_at,
  recorded_by) select {org}, eid(8, i), c.id, case when i % 3 = 0 and i <= {actions} then eid(7, i) end,
  case when i % 12 = 0 then 'colleague' else 'customer' end, 'survey', 1 + pick(i, 10, 5), 5,
  case when pick(i, 10, 5) > 1 then 1 else 0 end, c.opened_at + 7200000000, c.opened_at + 7200000000, c.agent_id
  from bench_n join service_case c on c.organisation_id = {org} and c.id = eid(3, 1 + (i - 1) * {cases} / {feedback})
  where i <= {feedback};
insert into feedback_passed_on (organisation_id, id, feedback_id, to_person_id, channel, occurred_at, recorded_at, recorded_by)
  select {org}, eid(24, i), f.id, {lead}, 'email', f.occurred_at, f.occurred_at, f.recorded_by
  from bench_n join feedback f on f.organisation_id = {org} and f.id = eid(8, i) where i <= {feedback} and i % 2 = 0;

-- Suggestions, with the steps that two of three have taken.
insert into proposal (organisation_id, id, kind, gesture_code, incident_id, state, uses, customers, valued, cost, occurred_at,
  recorded_at, recorded_by) select {org}, eid(10, i), case when i % 10 = 0 then 'improvement' else 'routine' end,
  case when i % 10 > 0 then g.code end, case when i % 10 = 0 then eid(9, 1 + i % {incidents}) end,
  case when i % 3 = 0 then 'suggested' else 'declined' end, 12, 9, 7, 5000, {from} + {span} / {proposals} * i,
  {from} + {span} / {proposals} * i, eid(1, 1 + pick(i, 11, {people}))
  from bench_n join bench_gesture g on g.at = i % (select count(*) from bench_gesture) where i <= {proposals};
insert into proposal_step (organisation_id, id, proposal_id, from_state, to_state, occurred_at, recorded_at, recorded_by)
  select {org}, eid(25, i), eid(10, i), 'suggested', 'declined', {from} + {span} / {proposals} * i, {from} + {span} / {proposals} * i,
  {manager} from bench_n where i <= {proposals} and i % 3 <> 0;

insert into enrolment (organisation_id, id, person_id, framework_id, state, occurred_at, recorded_at, recorded_by)
  select {org}, eid(26, i), eid(1, i), f.id, 'enrolled', {from}, {from}, {manager} from bench_n cross join (select id from framework) f
  where i <= {people} / 5;
-- Calls of ten teams.
insert into call (organisation_id, team, entered_at, call_key, call_log_id, wait_s, answered, service_s, skill)
  select {org}, 'Team ' || (i % 10), {from} + {span} / {calls} * i, 'b' || i, eid(27, 1), pick(i, 12, 400), 1, 240, 'any'
  from bench_n where i <= {calls};

insert into words (organisation_id, id, record_kind, record_id, field, author, written_by, text, salt, occurred_at, recorded_at)
  select {org}, eid(11, i), 'service_case', eid(3, i), 'words', 'own_words', {agent}, 'The card was posted on Monday and is not here yet.', filler(32), {from}, {from}
  from bench_n where i <= {cases};
insert into words (organisation_id, id, record_kind, record_id, field, author, written_by, text, salt, occurred_at, recorded_at)
  select {org}, eid(28, i), 'idea', eid(4, i), 'words', 'own_words', {agent}, 'They waited a week and were kind about it.', filler(32), {from}, {from}
  from bench_n where i <= {ideas} and i % 3 = 0;
insert into words (organisation_id, id, record_kind, record_id, field, author, written_by, text, salt, occurred_at, recorded_at)
  select {org}, eid(29, i), 'consultation', eid(6, i), 'answer_words', 'colleague', {lead}, 'Yes, do that.', filler(32), {from}, {from}
  from bench_n where i <= {consultations} and i % 2 = 0;
insert into words (organisation_id, id, record_kind, record_id, field, author, written_by, text, salt, occurred_at, recorded_at)
  select {org}, eid(30, i), 'feedback', eid(8, i), 'words', 'customer', {agent}, 'Thank you, that was quick.', filler(32), {from}, {from}
  from bench_n where i <= {feedback};

insert into event (organisation_id, seq, kind, record_kind, record_id, case_id, actor_id, occurred_at, recorded_at, body, salt, hash)
  select {org}, {last_event} + i, 'idea_proposed', case when i % 3 = 0 then 'service_case' else 'idea' end,
  case when i % 3 = 0 then eid(3, 1 + (i - 1) * {cases} / {events}) else eid(4, 1 + (i - 1) * {ideas} / {events}) end,
  eid(3, 1 + (i - 1) * {cases} / {events}), eid(1, 1 + pick(i, 7, {people})), {from} + {span} / {events} * i, {from} + {span} / {events} * i,
  '{"gesture":"call-back","kind":"attention","amount":"0.00","minutes":10,"origin":"own"}', filler(16), filler(32)
  from bench_n where i <= {events};
update organisation_head set event_seq = {last_event} + {events}, config_version = config_version + 1 where organisation_id = {org};

drop table bench_n;
drop table bench_gesture;
drop table bench_check;
