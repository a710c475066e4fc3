#include "store/postgres/connection.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "store/store_error.h"

namespace extramile::store::postgres {
namespace {

const app::Sql kReadFor = {"select set_config('app.organisation_id', $1, false)"};

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string GuardedText(std::string_view text) {
  const std::string_view returning =
      text.find(" returning ") == std::string_view::npos ? " returning 1" : "";
  return "with guarded as (" + std::string(text) + std::string(returning) +
         ") select 1 / (case when count(*) = 1 then 1 else 0 end) from guarded";
}

// The server's own words, without the values that its details may hold.
std::string FirstLine(const char* message) {
  std::string_view text = message ? message : "";
  text = text.substr(0, text.find('\n'));
  for (std::string_view prefix : {"ERROR:  ", "FATAL:  "}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  return std::string(text);
}

Error ErrorOf(const PGresult* result, std::string_view sqlstate, const char* sql) {
  const std::string why = FirstLine(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  if (sqlstate == "23505") return AlreadyRecorded();
  if (sqlstate == "23503") return ReferenceMissing();
  if (sqlstate == "53100") return DiskFull();
  if (sqlstate == "25006") return DatabaseReadOnly();
  if (sqlstate == "55P03" || sqlstate == "40001" || sqlstate == "40P01") return DatabaseBusy();
  if (sqlstate == "08P01") return StatementWrong(sql, why);  // the number of parameters
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate.starts_with("53"))
    return DatabaseAway(why);
  if (sqlstate.starts_with("58") || sqlstate.starts_with("XX")) return DatabaseDamaged(why);
  // Data exceptions quote the value; say only which kind it was.
  if (sqlstate.starts_with("22"))
    return StatementWrong(sql, "a value does not fit (SQLSTATE " + std::string(sqlstate) + ")");
  return StatementWrong(sql, why);
}

}  // namespace

int Answer::rows_changed() const {
  const char* text = PQcmdTuples(result.get());
  int count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

Reach ReachOf(const Answer& answer) {
  if (answer.status == Answer::Status::kLost) return Reach::kEverything;
  const std::string_view state = answer.sqlstate;
  if (state == "40001" || state == "40P01") return Reach::kRetry;
  const bool own = state.starts_with("22") || state.starts_with("23") || state.starts_with("42") ||
                   state.starts_with("0A") || state.starts_with("21") || state.starts_with("54") ||
                   state == "08P01" || state == "26000";
  return own ? Reach::kStatement : Reach::kEverything;
}

Connection::~Connection() { Close(); }

void Connection::Close() {
  if (connection_) PQfinish(connection_);
  connection_ = nullptr;
  broken_ = false;
  plain_.clear();
  guarded_.clear();
  sent_.clear();
  texts_.clear();
  failed_prepare_.reset();
}

Result<void> Connection::EnsureOpen() {
  if (is_open()) return {};
  Close();
  if (steady_clock::now() < next_attempt_) return Fail(away_);
  Result<void> opened = Open();
  if (opened) {
    backoff_ = milliseconds(0);
    return {};
  }
  Close();
  away_ = opened.error();
  backoff_ = std::clamp(backoff_ * 2, milliseconds(50), milliseconds(2000));
  next_attempt_ = steady_clock::now() + backoff_;
  return opened;
}

Result<void> Connection::Open() {
  // The first dbname is expanded as a url; what stands before it are defaults that the url may
  // replace.
  const char* keys[] = {"connect_timeout", "tcp_user_timeout", "application_name",
                        "dbname",          "client_encoding",  nullptr};
  const char* values[] = {"3", "10000", "extramile", options_.url.c_str(), "UTF8", nullptr};
  connection_ = PQconnectdbParams(keys, values, 1);
  if (PQstatus(connection_) != CONNECTION_OK) {
    // libpq's message names the host and port, and never the password.
    return Fail(DatabaseAway(FirstLine(PQerrorMessage(connection_))));
  }
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  PQenterPipelineMode(connection_);
  if (!options_.role.empty()) EM_TRY(Run("set role \"" + options_.role + "\""));
  EM_TRY(Run("set lock_timeout = '5s'"));
  EM_TRY(Run("set jit = off"));
  // Every statement asks for one organisation's rows, and every table has an index for it. A plan
  // made while a table was small would else read the whole of it, and keep doing so as it grows.
  EM_TRY(Run("set enable_seqscan = off"));
  EM_TRY(Run("set plan_cache_mode = force_generic_plan"));
  EM_TRY(
      Run(std::string("set synchronous_commit = ") + (options_.synchronous_commit ? "on" : "off")));
  if (options_.reads_only) {
    EM_TRY(Run("set default_transaction_isolation = 'repeatable read'"));
    EM_TRY(Run("set default_transaction_read_only = on"));
  }
  reads_for_ = OrganisationId{};
  return {};
}

Connection::Statement& Connection::Find(const app::Sql& sql, Form form) {
  return form == Form::kPlain ? plain_[&sql] : guarded_[&sql];
}

void Connection::SendPrepare(Statement& statement, const std::string& text,
                             const std::vector<Oid>& types) {
  statement.name = "s" + std::to_string(next_name_++);
  statement.types = types;
  statement.prepared = true;  // until its answer says otherwise
  broken_ |= PQsendPrepare(connection_, statement.name.c_str(), text.c_str(),
                           static_cast<int>(types.size()), types.data()) != 1;
  sent_.push_back({Sent::Kind::kPrepare, &statement});
}

void Connection::Send(const app::Sql& sql, std::span<const app::Cell> params, Form form) {
  Statement& statement = Find(sql, form);
  std::vector<Oid> types = statement.types;
  MergeTypes(params, types);
  const ParamBlock block(params, types);
  if (!statement.prepared || types != statement.types) {
    SendPrepare(statement,
                form == Form::kPlain ? sql.postgres_text() : GuardedText(sql.postgres_text()),
                types);
  }
  SendPrepared(sql, statement, block);
}

void Connection::Send(const app::Sql& sql, const ParamBlock& params) {
  Statement& statement = Find(sql, Form::kPlain);
  if (!statement.prepared) SendPrepare(statement, sql.postgres_text(), params.types());
  SendPrepared(sql, statement, params);
}

void Connection::SendPrepared(const app::Sql& sql, Statement& statement, const ParamBlock& params) {
  broken_ |= PQsendQueryPrepared(connection_, statement.name.c_str(), params.count(),
                                 params.values(), params.lengths(), params.formats(), 1) != 1;
  sent_.push_back({Sent::Kind::kStatement, nullptr, sql.postgres_text()});
}

void Connection::SendText(const std::string& sql) {
  texts_.push_back(sql);
  broken_ |=
      PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1;
  sent_.push_back({Sent::Kind::kStatement, nullptr, texts_.back().c_str()});
}

void Connection::SetOrganisation(OrganisationId organisation) {
  // SET takes no parameters; the text of an id is hexadecimal digits and hyphens and needs no
  // quoting.
  if (!organisation.is_nil())
    SendText("set local app.organisation_id = '" + organisation.ToString() + "'");
}

void Connection::ReadFor(OrganisationId organisation) {
  if (reads_for_ == organisation) return;
  const app::Cell setting = organisation.is_nil() ? "" : organisation.ToString();
  Send(kReadFor, {&setting, 1});
  reads_for_ = organisation;
}

void Connection::FlushSoon() { broken_ |= PQsendFlushRequest(connection_) != 1; }

void Connection::Sync() {
  broken_ |= PQpipelineSync(connection_) != 1;
  sent_.push_back({Sent::Kind::kSync});
}

Answer Connection::Lost() {
  Answer answer;
  answer.status = Answer::Status::kLost;
  const char* why = connection_ ? PQerrorMessage(connection_) : nullptr;
  answer.error = DatabaseAway(why && *why ? FirstLine(why) : "the connection broke");
  return answer;
}

Answer Connection::Collect(const Sent& sent) {
  Answer answer;
  answer.result.reset(PQgetResult(connection_));
  if (!answer.result) return Lost();
  switch (PQresultStatus(answer.result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_PIPELINE_SYNC:
      answer.status = Answer::Status::kDone;
      break;
    case PGRES_PIPELINE_ABORTED:
      answer.status = Answer::Status::kSkipped;
      answer.error = StatementWrong(sent.text, "an earlier statement failed");
      break;
    default: {
      reads_for_.reset();  // what was set in the same transaction is undone
      const char* state = PQresultErrorField(answer.result.get(), PG_DIAG_SQLSTATE);
      if (state == nullptr) return Lost();
      answer.status = Answer::Status::kFailed;
      answer.sqlstate = state;
      answer.error = ErrorOf(answer.result.get(), answer.sqlstate, sent.text);
    }
  }
  // A statement's answer ends with a null result, a sync's does not.
  if (sent.kind != Sent::Kind::kSync) {
    while (PGresult* more = PQgetResult(connection_)) PQclear(more);
  }
  return answer;
}

Answer Connection::Receive() {
  while (!sent_.empty()) {
    const Sent sent = sent_.front();
    sent_.pop_front();
    Answer answer = is_open() ? Collect(sent) : Lost();
    if (sent.kind == Sent::Kind::kPrepare) {
      sent.statement->prepared = answer.done();
      if (answer.status == Answer::Status::kFailed) failed_prepare_ = std::move(answer);
      continue;
    }
    if (sent.kind == Sent::Kind::kSync) texts_.clear();
    // A statement that could not be prepared is itself skipped; its error is the preparation's.
    if (failed_prepare_ && answer.status == Answer::Status::kSkipped)
      answer = *std::exchange(failed_prepare_, std::nullopt);
    return answer;
  }
  return Lost();
}

std::vector<Answer> Connection::ReceiveAll() {
  const auto sync = std::find_if(sent_.begin(), sent_.end(),
                                 [](const Sent& s) { return s.kind == Sent::Kind::kSync; });
  const auto count = std::count_if(sent_.begin(), sync,
                                   [](const Sent& s) { return s.kind == Sent::Kind::kStatement; });
  std::vector<Answer> answers;
  answers.reserve(static_cast<size_t>(count));
  for (ptrdiff_t i = 0; i < count; ++i) answers.push_back(Receive());
  (void)Receive();  // the sync
  return answers;
}

Result<void> Connection::Prepare(const app::Sql& sql, std::span<const app::Cell> params,
                                 Form form) {
  Statement& statement = Find(sql, form);
  std::vector<Oid> types = statement.types;
  MergeTypes(params, types);
  if (statement.prepared && types == statement.types) return {};
  SendPrepare(statement,
              form == Form::kPlain ? sql.postgres_text() : GuardedText(sql.postgres_text()), types);
  Sync();
  (void)Receive();
  if (statement.prepared) return {};
  Answer failed = failed_prepare_ ? *std::exchange(failed_prepare_, std::nullopt) : Lost();
  failed.error->place = failed.error->code == "statement-wrong" ? sql.postgres_text() : "";
  return Fail(*failed.error);
}

Result<app::Rows> Connection::Run(const std::string& sql) {
  SendText(sql);
  Sync();
  std::vector<Answer> answers = ReceiveAll();
  if (!answers.front().done()) return Fail(*answers.front().error);
  return answers.front().rows();
}

}  // namespace extramile::store::postgres
