#include "app/policy_sets.h"

#include <algorithm>

#include "app/policy_examination.h"
#include "app/policy_library.h"
#include "app/record.h"
#include "desk/verdict.h"

namespace extramile::app {
namespace {

#define EM_SET_COLUMNS                                                                       \
  "s.id, s.occurred_at, s.recorded_at, s.recorded_by, p.display_name, s.version, s.number, " \
  "s.name, s.content_hash, s.state, s.rules, s.published_at, s.supersedes_id "
#define EM_SET_TABLES                                                                  \
  "from policy_set s left join person p on p.organisation_id = s.organisation_id and " \
  "p.id = s.recorded_by where s.organisation_id = $1 "

const Sql kAllSets = {"select " EM_SET_COLUMNS EM_SET_TABLES "order by s.number desc"};
const Sql kSetById = {"select " EM_SET_COLUMNS EM_SET_TABLES "and s.id = $2"};
const Sql kSetInForce = {"select " EM_SET_COLUMNS EM_SET_TABLES "and s.state = 'published'"};
const Sql kSetByHash = {"select " EM_SET_COLUMNS EM_SET_TABLES
                        "and s.content_hash = $2 and s.id <> $3"};
const Sql kFilesOfSet = {"select files from policy_set where organisation_id = $1 and id = $2"};
const Sql kCountSets = {
    "select coalesce(max(number), 0), coalesce(sum(case when state = 'draft' then 1 else 0 end), "
    "0) from policy_set where organisation_id = $1"};

#undef EM_SET_COLUMNS
#undef EM_SET_TABLES

const Sql kInsertSet = {
    "insert into policy_set (organisation_id, id, number, name, content_hash, state, rules, files, "
    "occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, $10)"};
const Sql kReplaceDraft = {
    "update policy_set set name = $4, content_hash = $5, rules = $6, files = $7, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = 'draft'"};
const Sql kSupersede = {
    "update policy_set set state = 'superseded', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'published'"};
// $6: the state that it has. The last condition holds when two are put in force at once.
const Sql kPutInForce = {
    "update policy_set set state = 'published', published_at = $4, supersedes_id = $5, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = $6 and not exists (select 1 from policy_set o where o.organisation_id = $1 and "
    "o.state = 'published')"};

struct PolicySetRecord {
  RecordHead head;
  int64_t number = 0;  // from 1
  std::string name;
  Sha256 hash{};
  std::string state;  // draft | published | superseded
  int64_t rules = 0;
  std::optional<Instant> published_at;  // last
  std::optional<AnyId> supersedes;
};

PolicySetRecord SetFrom(const Row& row) {
  RowReader in(row);
  PolicySetRecord set;
  set.head = in.Head();
  set.number = in.Int();
  set.name = in.Text();
  set.hash = HashFrom(in.Next());
  set.state = in.Text();
  set.rules = in.Int();
  set.published_at = in.OptionalTime();
  set.supersedes = in.OptionalId();
  return set;
}

void WriteMembers(JsonWriter& out, const PolicySetRecord& set) {
  PutHead(out, set.head);
  Put(out, "number", set.number);
  Put(out, "name", set.name);
  Put(out, "hash", ToHex(set.hash));
  Put(out, "state", set.state);
  Put(out, "rules", set.rules);
  Put(out, "published_at", set.published_at);
  Put(out, "supersedes", set.supersedes);
}

void WriteSet(JsonWriter& out, const PolicySetRecord& set) {
  out.BeginObject();
  WriteMembers(out, set);
  out.EndObject();
}

// Reads the contract's NewPolicySet.
Result<PolicyBundle> ReadUpload(const Request& request) {
  ObjectReader in(BodyOf(request));
  std::string name = in.String("name", {.max_bytes = 200});
  const JsonValue* items = in.Array("files", true, kMostPolicyFiles);
  std::vector<PolicyFile> files;
  for (size_t i = 0; items && in.ok() && i < items->items.size(); ++i) {
    ObjectReader file(items->items[i], in.PlaceOf("files") + "/" + std::to_string(i));
    files.push_back({file.String("name", {.max_bytes = 200}),
                     file.String("text", {.max_bytes = kMostPolicyFileBytes})});
    if (auto done = file.Finish(); !done) in.Adopt(std::move(done).error());
  }
  EM_TRY(in.Finish());
  return MakeBundle(std::move(name), std::move(files));
}

// What every check asks of a set: one that lacked a decision would leave no check answered.
Result<void> HoldsEveryDecision(const Policy& policy) {
  for (const std::string_view decision : desk::kCheckDecisions) {
    if (policy.model.HasDecision(decision)) continue;
    return Fail(ErrorKind::kInvalid, "policy-incomplete",
                "The set has no decision '" + std::string(decision) + "'.", policy.name,
                "A rule set needs the six gates and 'feasibility'.");
  }
  return {};
}

struct Upload {
  PolicyBundle bundle;
  std::shared_ptr<const Policy> policy;
};

Result<Upload> CompileUpload(const Request& request) {
  EM_ASSIGN(PolicyBundle bundle, ReadUpload(request));
  EM_ASSIGN(auto policy, CompilePolicy(bundle));
  EM_TRY(HoldsEveryDecision(*policy));
  return Upload{std::move(bundle), std::move(policy)};
}

Result<void> RefuseKnown(const Rows& same) {
  if (same.empty()) return {};
  const PolicySetRecord known = SetFrom(same.front());
  return Fail(ErrorKind::kConflict, "policy-set-known",
              "These are the files of set " + std::to_string(known.number) + ", which is " +
                  (known.state == "draft" ? "a draft" : known.state) + ".",
              known.head.id.ToString(), "Use that set, or change a file.");
}

Error NoDraftError(const PolicySetRecord& set) {
  return {ErrorKind::kConflict, "policy-set-fixed",
          "This set was published; it never changes again.", set.head.id.ToString(),
          set.state == "superseded" ? "Roll back to it, or draft another."
                                    : "It is in force; draft another."};
}

void PutPolicy(JsonWriter& body, const PolicySetRecord& set) {
  Put(body, "number", set.number);
  Put(body, "hash", ToHex(set.hash));
}

struct SetAndFiles {
  PolicySetRecord set;
  std::optional<PolicySetRecord> in_force;
  std::string files;
};

Result<SetAndFiles> ReadSet(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kSetById, {organisation, id}},
                           {&kFilesOfSet, {organisation, id}},
                           {&kSetInForce, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("policy set"));
  SetAndFiles read{SetFrom(rows[0].front()), std::nullopt, rows[1].front().front().Text()};
  if (!rows[2].empty()) read.in_force = SetFrom(rows[2].front());
  return read;
}

struct Examination {
  std::shared_ptr<const Policy> policy;
  PolicyTests tests;
  PolicyAnalysis analysis;
};

Result<Examination> Examine(const SetAndFiles& read) {
  EM_ASSIGN(const PolicyBundle bundle, ReadBundle(read.set.name, read.files));
  EM_ASSIGN(auto policy, CompilePolicy(bundle));
  EM_ASSIGN(PolicyTests tests, RunExamples(*policy, bundle));
  PolicyAnalysis analysis = AnalysePolicy(policy->model);
  return Examination{std::move(policy), std::move(tests), std::move(analysis)};
}

// What stands in the way of publishing.
Result<void> MayPublish(const Examination& examination, std::string_view reviewed) {
  const PolicyTests& tests = examination.tests;
  if (tests.failed > 0) {
    const PolicyTestFailure& first = tests.failures.front();
    return Fail(ErrorKind::kConflict, "policy-tests-fail",
                std::to_string(tests.failed) + " of " +
                    std::to_string(tests.passed + tests.failed) + " examples fail.",
                first.file + ", case " + first.test_case,
                "Check the set to see what was expected and what came.");
  }
  if (!tests.green()) {
    return Fail(ErrorKind::kConflict, "policy-untested", "No example proves what this set decides.",
                "", "Add examples (.xml, the TCK's test-case format) to the draft.");
  }
  if (reviewed != ToHex(HashOf(examination.analysis))) {
    return Fail(ErrorKind::kConflict, "policy-not-reviewed",
                "The analysis of this set has " + std::to_string(examination.analysis.findings()) +
                    " findings; they are not those that you name.",
                "/reviewed", "Check the set, read its findings, and give their findings_hash.");
  }
  return {};
}

// Takes what is in force out of it and puts `set` in its place.
Answer PutInForce(Services& services, const Request& request, const SetAndFiles& read,
                  std::string_view event) {
  const Cell organisation = request.organisation.id;
  PolicySetRecord set = read.set;
  Change change(services, request);
  set.supersedes = std::nullopt;
  if (read.in_force) {
    set.supersedes = read.in_force->head.id;
    change.Guard(kSupersede, {organisation, read.in_force->head.id, read.in_force->head.version},
                 StaleError("policy set"));
  }
  change.Guard(
      kPutInForce,
      {organisation, set.head.id, set.head.version, request.now, set.supersedes, set.state},
      StaleError("policy set"));
  change.ConfigurationChanged();
  change.Event({.kind = std::string(event),
                .record_kind = "policy_set",
                .record = set.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 PutPolicy(body, set);
                 Put(body, "supersedes", set.supersedes);
               });
  set.state = "published";
  set.published_at = request.now;
  set.head.version += 1;
  JsonWriter out;
  WriteSet(out, set);
  return ChangedAnswer(std::move(out), std::move(change), set.head.version);
}

}  // namespace

Result<Answer> ListPolicySets(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, request.organisation.id, kAllSets, {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteSet(out, SetFrom(row));
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> SeePolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const SetAndFiles read, ReadSet(services, request));
  JsonWriter out;
  out.BeginObject();
  WriteMembers(out, read.set);
  out.Key("files").Raw(read.files).EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.version = read.set.head.version;
  return answer;
}

Result<Answer> CheckPolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const SetAndFiles read, ReadSet(services, request));
  EM_ASSIGN(const Examination examination, Examine(read));
  const std::string findings_hash = ToHex(HashOf(examination.analysis));
  JsonWriter out;
  out.BeginObject();
  Put(out, "id", read.set.head.id);
  Put(out, "hash", ToHex(read.set.hash));
  out.Key("tests");
  WriteTests(out, examination.tests);
  out.Key("analysis");
  WriteAnalysis(out, examination.analysis);
  Put(out, "findings_hash", findings_hash);
  Put(out, "may_publish",
      read.set.state == "draft" && MayPublish(examination, findings_hash).has_value());
  out.EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.version = read.set.head.version;
  return answer;
}

Result<Answer> DraftPolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const Upload upload, CompileUpload(request));
  Change change(services, request);
  const AnyId id = change.NewId();
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kSetByHash, {organisation, upload.policy->hash, id}},
                           {&kCountSets, {organisation}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  EM_TRY(RefuseKnown(rows[0]));
  if (rows[1].front()[1].Int() >= kMostPolicyDrafts) {
    return Fail(ErrorKind::kConflict, "policy-drafts-many", "There are 20 drafts already.", "",
                "Replace one of them.");
  }

  PolicySetRecord set;
  set.head = NewHead(id, request.now, request, rows[2]);
  set.number = rows[1].front()[0].Int() + 1;
  set.name = upload.bundle.name;
  set.hash = upload.policy->hash;
  set.state = "draft";
  set.rules = upload.policy->rules;
  change.Guard(kInsertSet,
               {organisation, id, set.number, set.name, set.hash, set.rules,
                FilesJson(upload.bundle), request.now, request.now, request.actor.person},
               StaleError("policy set"));
  change.Event({.kind = "policy_drafted",
                .record_kind = "policy_set",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { PutPolicy(body, set); });
  JsonWriter out;
  WriteSet(out, set);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ReplacePolicyDraft(Services& services, const Request& request) {
  EM_ASSIGN(SetAndFiles read, ReadSet(services, request));
  PolicySetRecord& set = read.set;
  if (set.state != "draft") return Fail(NoDraftError(set));
  EM_TRY(CheckVersion(request, set.head.version, "policy set"));
  EM_ASSIGN(const Upload upload, CompileUpload(request));
  const Cell organisation = request.organisation.id;
  EM_ASSIGN(const Rows same, ReadOne(services.store, request.organisation.id, kSetByHash,
                                     {organisation, upload.policy->hash, set.head.id}));
  EM_TRY(RefuseKnown(same));

  set.name = upload.bundle.name;
  set.hash = upload.policy->hash;
  set.rules = upload.policy->rules;
  Change change(services, request);
  change.Guard(kReplaceDraft,
               {organisation, set.head.id, set.head.version, set.name, set.hash, set.rules,
                FilesJson(upload.bundle)},
               StaleError("policy set"));
  change.Event({.kind = "policy_drafted",
                .record_kind = "policy_set",
                .record = set.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) { PutPolicy(body, set); });
  set.head.version += 1;
  JsonWriter out;
  WriteSet(out, set);
  return ChangedAnswer(std::move(out), std::move(change), set.head.version);
}

Result<Answer> PublishPolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const SetAndFiles read, ReadSet(services, request));
  ObjectReader in(BodyOf(request));
  const std::string reviewed = in.String("reviewed", {.max_bytes = 64});
  EM_TRY(in.Finish());
  if (read.set.state != "draft") return Fail(NoDraftError(read.set));
  EM_TRY(CheckVersion(request, read.set.head.version, "policy set"));
  EM_ASSIGN(Examination examination, Examine(read));
  EM_TRY(HoldsEveryDecision(*examination.policy));
  EM_TRY(MayPublish(examination, reviewed));
  services.policy_library->Keep(std::move(examination.policy));
  return PutInForce(services, request, read, "policy_published");
}

Result<Answer> RollBackPolicySet(Services& services, const Request& request) {
  EM_ASSIGN(const SetAndFiles read, ReadSet(services, request));
  if (read.set.state != "superseded") {
    return Fail(
        ErrorKind::kConflict, "policy-set-not-superseded",
        read.set.state == "draft" ? "A draft was never in force." : "This set is in force already.",
        read.set.head.id.ToString(), "Roll back to a set that was superseded.");
  }
  EM_TRY(CheckVersion(request, read.set.head.version, "policy set"));
  EM_TRY(LoadPolicySet(services, request.organisation.id, read.set.head.id));
  return PutInForce(services, request, read, "policy_rolled_back");
}

}  // namespace extramile::app
