-- The first schema: every record of the domain. One text for both databases; the migrator replaces the words in braces:
--   {id} uuid | blob   {int} bigint | integer   {real} double precision | real   {text} text collate "C" | text
--   {bytes} bytea | blob   {strict} (nothing) | strict
--   {key}     organisation_id {id} not null, id {id} not null, primary key (organisation_id, id)
--   {record}  occurred_at, recorded_at ({int}, not null: when it happened; when it was written), recorded_by ({id} not null:
--             a person), version {int} not null default 1
--   {clustered} {strict}, for short rows that stand in the order of their key: SQLite keeps them in the key's own tree
--   {hot}     {clustered}, for rows that change with every plan: room on their page, vacuumed early (PostgreSQL)
--   {tenant:T} row-level security, enabled and forced, on T (PostgreSQL only)
-- Times are microseconds since 1970 UTC, money is minor units of the organisation's currency, booleans are 0 or 1.
-- Free text that a person wrote is never in these tables: it stands in `words`, with its authorship, where it can be erased.

-- Directory: outside the tenants --------------------------------------------------------------------------------------

create table organisation (
  id {id} not null primary key, slug {text} not null unique, name {text} not null,
  kind {text} not null check (kind in ('employer', 'centre', 'both')),
  time_zone {text} not null, currency {text} not null, policy_set {text} not null, created_at {int} not null
) {strict};

create table identity (
  id {id} not null primary key, sign_in_name {text} unique, password_hash {text},
  created_at {int} not null, disabled_at {int}, failed_attempts {int} not null default 0, locked_until {int}
) {strict};

-- roles: words of the product, one space between them, in alphabetical order
create table membership (
  id {id} not null primary key, identity_id {id} not null references identity (id),
  organisation_id {id} not null references organisation (id), person_id {id} not null,
  roles {text} not null, job_role_id {id}, valid_from {int} not null, valid_to {int},
  unique (organisation_id, person_id)
) {strict};
create index membership_by_identity on membership (identity_id);

create table session (
  token_hash {bytes} not null primary key, membership_id {id} not null references membership (id),
  csrf_token {text} not null, created_at {int} not null, expires_at {int} not null, revoked_at {int}
) {strict};

create table api_token (
  id {id} not null primary key, token_hash {bytes} not null unique, membership_id {id} not null references membership (id),
  name {text} not null, scopes {text} not null, created_at {int} not null, expires_at {int}, revoked_at {int}
) {strict};

create table handover (
  id {id} not null primary key, from_organisation_id {id} not null, to_organisation_id {id} not null, person_id {id} not null,
  snapshot {text} not null, snapshot_hash {bytes} not null, made_at {int} not null, received_at {int}
) {strict};

-- The record ----------------------------------------------------------------------------------------------------------

create table organisation_head (
  organisation_id {id} not null primary key, event_seq {int} not null, config_version {int} not null default 1
) {hot};
{tenant:organisation_head}

create table event (
  organisation_id {id} not null, seq {int} not null, kind {text} not null, record_kind {text} not null, record_id {id} not null,
  case_id {id}, actor_id {id} not null, occurred_at {int} not null, recorded_at {int} not null,
  body {text} not null, salt {bytes} not null, hash {bytes} not null,
  primary key (organisation_id, seq)
) {clustered};
create index event_by_record on event (organisation_id, record_id);
create index event_by_case on event (organisation_id, case_id);
{tenant:event}

create table outbox (
  {key}, kind {text} not null, destination {text} not null, body {text} not null, recorded_at {int} not null,
  attempts {int} not null default 0, next_attempt_at {int} not null, delivered_at {int}, last_error {text}
) {strict};
{tenant:outbox}

create table idempotency (
  organisation_id {id} not null, key {text} not null, person_id {id} not null, fingerprint {bytes} not null,
  status {int} not null, answer {text} not null, recorded_at {int} not null,
  primary key (organisation_id, key)
) {clustered};
{tenant:idempotency}

-- author: own_words | suggestion_accepted | suggestion_edited | imported | colleague | customer
-- Erasing sets text and salt to null: the event's hash of (salt, text) then says nothing.
create table words (
  {key}, record_kind {text} not null, record_id {id} not null, field {text} not null,
  author {text} not null check (author in ('own_words', 'suggestion_accepted', 'suggestion_edited', 'imported', 'colleague', 'customer')),
  written_by {id}, text {text}, salt {bytes}, erased_at {int}, occurred_at {int} not null, recorded_at {int} not null
) {strict};
create index words_by_record on words (organisation_id, record_id);
{tenant:words}

-- People, duties, authority -------------------------------------------------------------------------------------------

create table person (
  {key}, display_name {text}, salt {bytes}, erased_at {int}, team {text} not null, {record}
) {strict};
{tenant:person}

create table job_role (
  {key}, title {text} not null, {record}
) {strict};
{tenant:job_role}

create table job_role_duty (
  {key}, job_role_id {id} not null, gesture_code {text} not null, {record},
  unique (organisation_id, job_role_id, gesture_code)
) {strict};
{tenant:job_role_duty}

-- purpose act: limits on what a person does; approve: on what they sign off for others. Null is "no limit of this kind".
create table authority_grant (
  {key}, person_id {id}, role {text}, purpose {text} not null check (purpose in ('act', 'approve')), gesture_kind {text},
  granted_by {id}, delegated_from_id {id}, per_case {int}, per_customer_year {int}, per_month {int}, minutes_per_day {int},
  valid_from {int} not null, valid_to {int}, revoked_at {int}, {record}
) {strict};
{tenant:authority_grant}

create table budget (
  {key}, name {text} not null, team {text}, per_month {int} not null, minutes_per_month {int},
  valid_from {int} not null, valid_to {int}, {record}
) {strict};
{tenant:budget}

-- What is held and spent against a limit, a row a period: owner_kind grant, budget, customer or incident; measure money or
-- minutes; period '2026-11-22', '2026-11', '2026' or '' in the organisation's own calendar.
create table ledger_account (
  organisation_id {id} not null, owner_kind {text} not null, owner_id {id} not null, person_id {id} not null,
  measure {text} not null check (measure in ('money', 'minutes')),
  period {text} not null, held {int} not null default 0 check (held >= 0), spent {int} not null default 0 check (spent >= 0),
  primary key (organisation_id, owner_kind, owner_id, person_id, measure, period)
) {hot};
{tenant:ledger_account}

-- state held | released | spent | expired. One held hold a case (or incident); a re-check replaces it.
-- lines: what it takes from each account, one a row of text (app/ledger.h).
create table hold (
  {key}, check_id {id} not null, subject_id {id} not null, holder_id {id} not null, consultation_id {id},
  state {text} not null check (state in ('held', 'released', 'spent', 'expired')),
  amount {int} not null, minutes {int} not null, expires_at {int} not null, ended_at {int}, lines {text} not null, {record}
) {clustered};
create unique index hold_one_per_subject on hold (organisation_id, subject_id) where state = 'held';
create index hold_by_check on hold (organisation_id, check_id);
create index hold_by_expiry on hold (organisation_id, expires_at) where state = 'held';
{tenant:hold}

-- The offer, its promises, its documents ------------------------------------------------------------------------------

create table service_offer (
  {key}, number {int} not null, title {text} not null, summary {text} not null,
  state {text} not null check (state in ('draft', 'published', 'superseded')),
  supersedes_id {id}, proposal_id {id}, published_at {int}, {record}, unique (organisation_id, number)
) {strict};
{tenant:service_offer}

-- gesture_code: set where a catalogue gesture is itself promised, and so routine.
create table offer_item (
  {key}, offer_id {id} not null, position {int} not null, promise {text} not null, standard {text}, standard_minutes {int},
  channel {text}, segment {text}, touchpoint {text}, dimension {text}, gesture_code {text}, {record}
) {strict};
create index offer_item_by_offer on offer_item (organisation_id, offer_id, position);
{tenant:offer_item}

create table offer_explanation (
  {key}, case_id {id} not null, offer_id {id} not null, channel {text} not null, {record}
) {strict};
create index offer_explanation_by_case on offer_explanation (organisation_id, case_id);
{tenant:offer_explanation}

create table reference_document (
  {key}, kind {text} not null check (kind in ('procedure', 'guideline', 'law', 'change_procedure', 'assessment_guide')),
  title {text} not null, edition {text} not null, location {text}, supersedes_id {id}, {record}
) {strict};
{tenant:reference_document}

create table document_consulted (
  {key}, document_id {id} not null, case_id {id}, person_id {id} not null, place {text}, {record}
) {strict};
create index document_consulted_by_case on document_consulted (organisation_id, case_id);
{tenant:document_consulted}

create table gesture (
  {key}, code {text} not null, kind {text} not null, title {text} not null, description {text} not null,
  amount {int} not null, minutes {int} not null, goods_value {int} not null default 0, cash {int} not null,
  dimension {text}, touchpoint {text}, needs {text} not null, conditions {text} not null,
  state {text} not null check (state in ('active', 'retired')), {record}, unique (organisation_id, code)
) {strict};
{tenant:gesture}

-- Customers and cases -------------------------------------------------------------------------------------------------

-- The pseudonym outlives erasure, so that "different customers" stays countable.
create table customer (
  {key}, pseudonym {text} not null, kind {text} not null check (kind in ('external', 'internal')), segment {text}, country {text},
  business {int} not null default 0, public_official {int} not null default 0, vulnerable {int} not null default 0,
  age_verified {int} not null default 0, {record}, unique (organisation_id, pseudonym)
) {strict};
{tenant:customer}

create table customer_personal (
  organisation_id {id} not null, customer_id {id} not null, name {text}, contact {text}, external_reference {text},
  salt {bytes}, erased_at {int}, primary key (organisation_id, customer_id)
) {strict};
create index customer_personal_by_reference on customer_personal (organisation_id, external_reference);
{tenant:customer_personal}

create table customer_preference (
  {key}, customer_id {id} not null, source {text} not null, consent {text} not null, expires_at {int}, {record}
) {strict};
{tenant:customer_preference}

create table entitlement (
  {key}, customer_id {id}, case_id {id}, remedy {text} not null, amount {int}, due_at {int}, met_at {int}, {record}
) {strict};
{tenant:entitlement}

-- kind: a short label, in lower case, under which incidents alike add up; team: who bears its gestures.
create table incident (
  {key}, title {text} not null, cause {text} not null check (cause in ('people', 'systems', 'resources')),
  kind {text} not null, team {text} not null,
  opened_at {int} not null, closed_at {int}, gestures {int} not null default 0, gesture_cost {int} not null default 0, {record}
) {strict};
{tenant:incident}

create table service_case (
  {key}, reference {text} not null, kind {text} not null, reason {text} not null, channel {text} not null, stage {text} not null,
  state {text} not null check (state in ('open', 'closed')), customer_id {id}, incident_id {id}, team {text} not null,
  agent_id {id} not null, severity {text}, setting {text} not null, sector {text} not null, simulated {int} not null default 0,
  regulated_product {int} not null default 0, remedy_due {int} not null default 0, use_as_evidence {int} not null default 0,
  load {text} not null, load_basis {text} not null check (load_basis in ('computed', 'declared', 'unknown')),
  situation {text} not null check (situation in ('routine', 'let_down')),
  source {text} not null, external_id {text}, opened_at {int} not null, closed_at {int}, {record},
  unique (organisation_id, source, external_id), unique (organisation_id, reference)
) {strict};
create index service_case_by_agent on service_case (organisation_id, agent_id, opened_at);
create index service_case_open on service_case (organisation_id, opened_at, id) where state = 'open';
create index service_case_by_time on service_case (organisation_id, opened_at, id);
create index service_case_by_incident on service_case (organisation_id, incident_id, customer_id, id);
create index service_case_by_customer on service_case (organisation_id, customer_id);
create index service_case_complaint on service_case (organisation_id, customer_id, opened_at) where kind = 'complaint';
{tenant:service_case}

create table case_colleague (
  {key}, case_id {id} not null, person_id {id} not null, part {text} not null, {record}
) {strict};
create index case_colleague_by_case on case_colleague (organisation_id, case_id);
{tenant:case_colleague}

-- step greeting | need | solution | satisfied | follow_up, and for complaints listened ... learned
create table case_step (
  {key}, case_id {id} not null, step {text} not null, {record}
) {strict};
create index case_step_by_case on case_step (organisation_id, case_id);
{tenant:case_step}

create table load_dispute (
  {key}, case_id {id} not null, load {text} not null, {record}
) {strict};
{tenant:load_dispute}

create table expectation (
  {key}, case_id {id} not null, kind {text} not null check (kind in ('expectation', 'need')), dimension {text} not null,
  importance {int} not null, formed_by {text} not null, learned_by {text} not null, offer_item_id {id}, {record}
) {strict};
create index expectation_by_case on expectation (organisation_id, case_id);
{tenant:expectation}

create table perception (
  {key}, case_id {id} not null, expectation_id {id}, dimension {text}, rating {int}, {record}
) {strict};
create index perception_by_case on perception (organisation_id, case_id);
{tenant:perception}

create table offer_match (
  {key}, case_id {id} not null, offer_id {id} not null, {record}
) {strict};
create index offer_match_by_case on offer_match (organisation_id, case_id);
{tenant:offer_match}

create table offer_match_line (
  {key}, match_id {id} not null, expectation_id {id} not null, offer_item_id {id},
  verdict {text} not null check (verdict in ('met', 'exceeded', 'short', 'not_covered')),
  key_difference {int} not null, {record}
) {strict};
create index offer_match_line_by_match on offer_match_line (organisation_id, match_id);
{tenant:offer_match_line}

-- From idea to action -------------------------------------------------------------------------------------------------

create table idea (
  {key}, case_id {id}, incident_id {id}, gesture_code {text}, kind {text} not null, amount {int} not null, minutes {int} not null,
  goods_value {int} not null, start_at {int}, channel {text} not null, recipient_kind {text} not null, conditions {text} not null,
  origin {text} not null check (origin in ('own', 'asked_for', 'told', 'suggested')),
  preference_id {id}, state {text} not null check (state in ('open', 'chosen', 'dropped')), chosen_at {int}, {record}
) {strict};
create index idea_by_case on idea (organisation_id, case_id);
create index idea_by_incident on idea (organisation_id, incident_id) where incident_id is not null;
{tenant:idea}

create table idea_line (
  organisation_id {id} not null, idea_id {id} not null, position {int} not null, gesture_code {text} not null,
  amount {int} not null, minutes {int} not null, primary key (organisation_id, idea_id, position)
) {strict};
{tenant:idea_line}

-- timing 'before' or 'after the fact'. snapshot: the decision's inputs (first byte: format). gates and nearest: the answer's JSON;
-- policy: name and hash of the rule set, for people.
create table idea_check (
  {key}, idea_id {id} not null, case_id {id}, incident_id {id}, gesture_code {text},
  outcome {text} not null check (outcome in ('routine', 'allowed', 'needs sign-off', 'undecided', 'not allowed')),
  sign_off_role {text}, timing {text} not null, valid_until {int} not null, own_verdict {text},
  amount {int} not null, minutes {int} not null, policy_hash {bytes} not null, offer_id {id}, forecast_id {id},
  sentence {text} not null, nearest {text}, policy {text} not null,
  snapshot {bytes} not null, gates {text} not null, {record}
) {strict};
create index idea_check_by_gesture on idea_check (organisation_id, gesture_code, recorded_at, outcome, amount);
create index idea_check_by_idea on idea_check (organisation_id, idea_id);
{tenant:idea_check}

-- What replay reads of a thousand checks, in columns (app/check_blocks.h). Derived from idea_check, and good only while as many
-- checks stand above above_id and up to last_id as it holds.
create table check_block (
  organisation_id {id} not null, number {int} not null, above_id {id} not null, last_id {id} not null, checks {int} not null,
  recorded_to {int} not null, data {bytes} not null, primary key (organisation_id, number)
) {strict};
{tenant:check_block}

create table consultation (
  {key}, idea_id {id} not null, check_id {id}, case_id {id}, purpose {text} not null check (purpose in ('advice', 'approval')),
  mode {text} not null check (mode in ('in app', 'spoken', 'link')), proposer_id {id} not null, with_person_id {id},
  outside_authority {text}, deputy_id {id},
  state {text} not null check (state in ('requested', 'approved', 'changed', 'declined', 'expired', 'withdrawn', 'escalated', 'answered')),
  due_at {int} not null, answered_at {int}, confirmed_at {int}, envelope_amount {int}, envelope_minutes {int}, envelope_until {int},
  facts {text} not null, -- JSON: the sentences that the system lays out
  {record}
) {strict};
create index consultation_by_idea on consultation (organisation_id, idea_id);
create index consultation_by_case on consultation (organisation_id, case_id);
create index consultation_by_due on consultation (organisation_id, due_at) where state in ('requested', 'escalated');
create index consultation_by_proposer on consultation (organisation_id, proposer_id, id);
create index consultation_by_person on consultation (organisation_id, with_person_id, id) where with_person_id is not null;
create index consultation_by_deputy on consultation (organisation_id, deputy_id, id) where deputy_id is not null;
create index consultation_of_anybody on consultation (organisation_id, id) where with_person_id is null and outside_authority is null;
{tenant:consultation}

create table action (
  {key}, idea_id {id} not null, case_id {id}, incident_id {id}, check_id {id}, consultation_id {id}, gesture_code {text},
  state {text} not null check (state in ('planned', 'done', 'partly done', 'failed', 'reversed')),
  amount {int} not null, minutes {int} not null, touchpoint {text}, done_at {int}, {record}
) {strict};
create index action_by_case on action (organisation_id, case_id);
create index action_by_person on action (organisation_id, recorded_by, occurred_at);
create index action_by_gesture on action (organisation_id, gesture_code);
create index action_by_idea on action (organisation_id, idea_id);
create index action_by_incident on action (organisation_id, incident_id) where incident_id is not null;
{tenant:action}

-- One gesture for everybody that an incident hit, planned: a piece for each, with a hold of its own (subject: the piece).
-- accepted: the verdict of the gate 'other customers' that the plan keeps to, 'ok' or 'needs sign-off'. holds: 1 where a piece
-- has a hold, which is not so where the gesture is routine or costs nothing.
create table incident_fulfilment (
  {key}, incident_id {id} not null, idea_id {id} not null, check_id {id} not null, consultation_id {id}, accepted {text} not null,
  holds {int} not null, {record}
) {strict};
create index incident_fulfilment_by_incident on incident_fulfilment (organisation_id, incident_id);
{tenant:incident_fulfilment}

-- subject_id: the customer, or the case of somebody unknown: nobody gets the same gesture twice.
create table incident_piece (
  {key}, fulfilment_id {id} not null, incident_id {id} not null, idea_id {id} not null, subject_id {id} not null,
  case_id {id} not null, planned_at {int} not null,
  state {text} not null check (state in ('waiting', 'taken', 'done', 'cancelled')),
  taken_by {id}, taken_at {int}, action_id {id}, unreached_at {int}, {record}
) {strict};
create unique index incident_piece_once on incident_piece (organisation_id, idea_id, subject_id) where state <> 'cancelled';
create index incident_piece_by_incident on incident_piece (organisation_id, incident_id, subject_id);
create index incident_piece_by_action on incident_piece (organisation_id, action_id) where action_id is not null;
{tenant:incident_piece}

create table action_line (
  organisation_id {id} not null, action_id {id} not null, position {int} not null, gesture_code {text} not null,
  amount {int} not null, minutes {int} not null, primary key (organisation_id, action_id, position)
) {strict};
{tenant:action_line}

create table action_participant (
  {key}, action_id {id} not null, person_id {id} not null, part {text} not null, minutes {int} not null, {record}
) {strict};
create index action_participant_by_action on action_participant (organisation_id, action_id);
{tenant:action_participant}

create table promise (
  {key}, action_id {id} not null, case_id {id}, due_at {int} not null,
  state {text} not null check (state in ('open', 'kept', 'broken', 'renegotiated')), settled_at {int}, {record}
) {strict};
create index promise_open_by_person on promise (organisation_id, recorded_by) where state = 'open';
create index promise_by_action on promise (organisation_id, action_id);
{tenant:promise}

create table awareness (
  {key}, action_id {id} not null, case_id {id}, channel {text} not null, acknowledged {int} not null, {record}
) {strict};
create index awareness_by_action on awareness (organisation_id, action_id);
{tenant:awareness}

create table action_outcome (
  {key}, action_id {id} not null, case_id {id}, kind {text} not null, measured_by {text} not null, tangible {int} not null, {record}
) {strict};
create index action_outcome_by_action on action_outcome (organisation_id, action_id);
{tenant:action_outcome}

-- Two verdicts, because the standards differ: unaffected; not unreasonably affected.
create table effect_observation (
  {key}, action_id {id} not null, case_id {id}, method {text} not null check (method in ('computed', 'observed')),
  on_whom {text} not null, window_from {int} not null, window_to {int} not null, forecast_id {id},
  mean_wait_s {real}, expected_wait_s {real}, standard_wait_s {real}, customers {int},
  unaffected {int}, not_unreasonably {int}, {record}
) {strict};
create index effect_observation_by_action on effect_observation (organisation_id, action_id);
{tenant:effect_observation}

create table feedback (
  {key}, case_id {id}, action_id {id}, source {text} not null check (source in ('customer', 'colleague')), method {text} not null,
  about_person_id {id}, score {int}, score_max {int}, positive {int} not null, {record}
) {strict};
create index feedback_by_case on feedback (organisation_id, case_id);
create index feedback_by_action on feedback (organisation_id, action_id);
create index feedback_by_time on feedback (organisation_id, occurred_at);
{tenant:feedback}

create table feedback_passed_on (
  {key}, feedback_id {id} not null, to_person_id {id} not null, channel {text} not null, acknowledged_at {int}, {record}
) {strict};
create index feedback_passed_on_by_feedback on feedback_passed_on (organisation_id, feedback_id);
{tenant:feedback_passed_on}

create table feedback_review (
  {key}, reviewer_id {id} not null, period_from {int} not null, period_to {int} not null, {record}
) {strict};
{tenant:feedback_review}

create table proposal (
  {key}, kind {text} not null check (kind in ('routine', 'improvement')), gesture_code {text}, incident_id {id}, owner_id {id},
  state {text} not null, offer_id {id}, uses {int} not null, customers {int} not null, valued {int} not null,
  cost {int} not null, capacity {text}, {record}
) {strict};
{tenant:proposal}

create table proposal_step (
  {key}, proposal_id {id} not null, from_state {text} not null, to_state {text} not null, {record}
) {strict};
create index proposal_step_by_proposal on proposal_step (organisation_id, proposal_id);
{tenant:proposal_step}

-- What is tried before it is decided; `shown` is the contract's evidence of it, once it has ended by a move or by harm
create table proposal_trial (
  {key}, proposal_id {id} not null, team {text}, from_at {int} not null, until_at {int} not null, owner_id {id} not null,
  ended_at {int}, ended_by {text} check (ended_by in ('move', 'harm')), shown {text}, {record}
) {strict};
create index proposal_trial_by_proposal on proposal_trial (organisation_id, proposal_id);
{tenant:proposal_trial}

-- The organisation's own change procedure; the newest is in force
create table change_procedure (
  {key}, body {text} not null, {record}
) {strict};
{tenant:change_procedure}

create table evaluation_tool (
  {key}, case_id {id}, person_id {id} not null, kind {text} not null, {record}
) {strict};
{tenant:evaluation_tool}

-- Other customers -----------------------------------------------------------------------------------------------------

create table call_log (
  {key}, team {text} not null, name {text} not null, content_hash {bytes} not null, rows_read {int} not null,
  rows_clean {int} not null, report {text} not null, shifted_by_s {int} not null, {record}
) {strict};
{tenant:call_log}

create table call (
  organisation_id {id} not null, team {text} not null, entered_at {int} not null, call_key {text} not null, call_log_id {id} not null,
  wait_s {int} not null, answered {int} not null, service_s {int} not null, server {text}, skill {text} not null,
  primary key (organisation_id, team, entered_at, call_key)
) {strict};
{tenant:call}

create table calibration (
  {key}, team {text} not null, content_hash {bytes} not null, body {text} not null, calls {int} not null,
  period_from {int} not null, period_to {int} not null, {record}
) {strict};
create index calibration_by_team on calibration (organisation_id, team, recorded_at);
{tenant:calibration}

create table forecast (
  {key}, check_id {id}, calibration_id {id}, team {text} not null, method {text} not null, start_at {int} not null,
  duration_s {int} not null, extra_wait_minutes {real}, extra_late {real}, extra_abandons {real},
  late_share_before {real}, late_share_after {real}, verdict {text} not null, best_start_at {int}, body {text} not null, {record}
) {clustered};
{tenant:forecast}

-- A team whose queue somebody tells of, event by event. `version` counts the batches taken; the sums are of events.
create table live_queue (
  organisation_id {id} not null, team {text} not null, version {int} not null, accepted {int} not null, duplicate {int} not null,
  late {int} not null, out_of_order {int} not null, refused {int} not null, received_at {int} not null,
  primary key (organisation_id, team)
) {hot};
{tenant:live_queue}

-- Kept for the horizon of the live state, tickets (ticket 1) longer. `id_hash`, `contact` and `agent` are hashes of the sender's
-- ids; `version` is the batch with which the event came. due_at: of a ticket that entered.
create table queue_event (
  organisation_id {id} not null, team {text} not null, id_hash {text} not null, version {int} not null, what {text} not null,
  occurred_at {int} not null, contact {text} not null, agent {text} not null, skill {text} not null, ticket {int} not null default 0, due_at {int},
  primary key (organisation_id, team, id_hash)
) {clustered};
create index queue_event_by_version on queue_event (organisation_id, team, version);
create index queue_event_by_time on queue_event (organisation_id, ticket, occurred_at);
{tenant:queue_event}

-- When a team works on its tickets (days: JSON), the work that one takes, and how many of the team do it at a time.
create table working_hours (
  organisation_id {id} not null, team {text} not null, days {text} not null, ticket_minutes {int} not null, agents {int} not null,
  recorded_at {int} not null, recorded_by {id} not null, primary key (organisation_id, team)
) {strict};
{tenant:working_hours}

create table connection (
  {key}, kind {text} not null, name {text} not null, secret {text} not null, settings {text} not null, disabled_at {int}, {record}
) {strict};
{tenant:connection}

create table webhook_delivery (
  organisation_id {id} not null, connection_id {id} not null, delivery {text} not null, received_at {int} not null,
  primary key (organisation_id, connection_id, delivery)
) {strict};
{tenant:webhook_delivery}

-- files: [{"name", "text"}], rules and the examples beside them; content_hash is theirs. Changed only while a draft.
create table policy_set (
  {key}, number {int} not null, name {text} not null, content_hash {bytes} not null,
  state {text} not null check (state in ('draft', 'published', 'superseded')), rules {int} not null, published_at {int},
  supersedes_id {id}, {record}, files {text} not null,
  unique (organisation_id, number), unique (organisation_id, content_hash)
) {strict};
{tenant:policy_set}

-- Qualifications ------------------------------------------------------------------------------------------------------

create table framework (
  {key}, code {text} not null, edition {text} not null, content_hash {bytes} not null, body {text} not null,
  official_wording {text}, {record}, unique (organisation_id, code, edition)
) {strict};
{tenant:framework}

create table enrolment (
  {key}, person_id {id} not null, framework_id {id} not null, assessor_id {id}, state {text} not null, {record}
) {strict};
create index enrolment_by_person on enrolment (organisation_id, person_id);
{tenant:enrolment}

create table evidence_item (
  {key}, enrolment_id {id} not null, kind {text} not null, state {text} not null, source_hash {bytes}, replaces_id {id},
  declared_at {int}, {record}
) {strict};
{tenant:evidence_item}

create table evidence_source (
  organisation_id {id} not null, evidence_id {id} not null, record_kind {text} not null, record_id {id} not null,
  primary key (organisation_id, evidence_id, record_id)
) {strict};
{tenant:evidence_source}

create table evidence_file (
  {key}, evidence_id {id} not null, media_type {text} not null, content {bytes}, content_hash {bytes} not null, erased_at {int}, {record}
) {strict};
{tenant:evidence_file}

create table claim (
  {key}, evidence_id {id} not null, criterion {text} not null, place {text} not null, {record},
  unique (organisation_id, evidence_id, criterion, place)
) {strict};
{tenant:claim}

create table assessment_decision (
  {key}, claim_id {id} not null, assessor_id {id} not null, countersigned_by {id}, outcome {text} not null,
  valid {int} not null, authentic {int} not null, reliable {int} not null, current {int} not null, sufficient {int} not null, {record}
) {strict};
{tenant:assessment_decision}

create table referral (
  {key}, decision_id {id} not null, claim_id {id} not null, due_at {int}, settled_at {int}, {record}
) {strict};
{tenant:referral}

create table iqa_sample (
  {key}, decision_id {id} not null, iqa_id {id} not null, reason {text} not null, outcome {text}, action_due_at {int}, action_done_at {int},
  {record}
) {strict};
{tenant:iqa_sample}

create table eqa_view (
  {key}, viewer_id {id} not null, record_kind {text} not null, viewed_id {id} not null, {record}
) {strict};
{tenant:eqa_view}

create table unit_decision (
  {key}, enrolment_id {id} not null, assessor_id {id} not null, outcome {text} not null, reasons {text} not null, {record}
) {strict};
{tenant:unit_decision}

create table credential (
  {key}, enrolment_id {id} not null, issued_at {int} not null, revoked_at {int}, body {text} not null, body_hash {bytes} not null, {record}
) {strict};
{tenant:credential}
