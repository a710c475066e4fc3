#include "http/api.h"

#include <atomic>
#include <charconv>
#include <limits>
#include <utility>

#include "app/caller.h"
#include "http/callers.h"
#include "http/idempotency.h"
#include "http/log.h"
#include "http/problem.h"
#include "http/routes.h"
#include "http/worker_pool.h"

namespace extramile::http {

struct Api::Shared {
  app::Services& services;
  Metrics& metrics;
  const ApiSettings settings;
  Router router{Routes()};
  Callers callers;
  InFlight in_flight;
  // Last, so that they are joined before the rest goes.
  WorkerPool quick;
  WorkerPool slow;

  Shared(app::Services& s, Metrics& m, const ApiSettings& a)
      : services(s),
        metrics(m),
        settings(a),
        callers(a.keep_callers),
        quick(a.quick_threads, a.max_waiting),
        slow(a.slow_threads, a.max_waiting / 10 + 1) {}

  WorkerPool& lane(const Route& route) { return route.unusual.lane == Lane::kSlow ? slow : quick; }
};

namespace {

template <class T>
using OrProblem = tl::expected<T, Problem>;

tl::unexpected<Problem> Refuse(Error error) {
  const int status = StatusOf(error.kind);
  return tl::unexpected(Problem{status, std::move(error)});
}
tl::unexpected<Problem> Refuse(int status, std::string code, std::string message,
                               std::string advice) {
  return tl::unexpected(Problem{
      status, {ErrorKind::kInvalid, std::move(code), std::move(message), "", std::move(advice)}});
}

Problem Busy() {
  return {503,
          {ErrorKind::kUnavailable, "server-busy", "The server has more to do than it can.", "",
           "Try again in a moment."}};
}

const JsonValue& EmptyObject() {
  static const JsonValue empty = [] {
    JsonValue value;
    value.type = JsonValue::Type::kObject;
    return value;
  }();
  return empty;
}

// "application/json; charset=utf-8" is of type "application/json".
bool HasType(const HttpRequest& request, std::string_view type) {
  const std::string* header = request.Header("content-type");
  if (!header || header->size() < type.size()) return false;
  for (size_t i = 0; i < type.size(); ++i) {
    const char c = (*header)[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != type[i]) return false;
  }
  return header->size() == type.size() || (*header)[type.size()] == ';' ||
         (*header)[type.size()] == ' ';
}

// `"3"`, W/"3" or 3.
std::optional<int64_t> ReadVersion(std::string_view text) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

// Unique while the process runs, and very likely between processes.
std::string NewRequestId() {
  static const uint32_t start = [] {
    std::array<uint8_t, 4> bytes;
    SystemRandom().Fill(bytes);
    return static_cast<uint32_t>(bytes[0] | bytes[1] << 8 | bytes[2] << 16) << 8 | bytes[3];
  }();
  static std::atomic<uint32_t> next{0};
  const uint32_t count = next.fetch_add(1, std::memory_order_relaxed);
  std::array<uint8_t, 8> bytes;
  for (int i = 0; i < 4; ++i) {
    bytes[i] = static_cast<uint8_t>(start >> (24 - 8 * i));
    bytes[i + 4] = static_cast<uint8_t>(count >> (24 - 8 * i));
  }
  return ToHex(bytes);
}

// Where an operation without an organisation happens (sign-in).
const app::Organisation& Nowhere() {
  static const app::Organisation nowhere{{}, "", *TimeZone::Find("UTC"), Currency::Gbp(), ""};
  return nowhere;
}

}  // namespace

// One request on its way. Owned by whichever lane or callback has it; only one has it at a time.
class Api::Call : public std::enable_shared_from_this<Api::Call> {
 public:
  Call(Shared& shared, const Route& route, PathParameters parameters, HttpRequest request,
       std::string id, Done done)
      : shared_(shared),
        route_(route),
        parameters_(std::move(parameters)),
        request_(std::move(request)),
        id_(std::move(id)),
        done_(std::move(done)) {}

  void Start() {
    Guarded([this] {
      if (auto prepared = Prepare(); !prepared) return Answer(std::move(prepared).error());
      if (kept_) return Replay(*kept_);
      Decide();
    });
  }

 private:
  // A bug of ours must not take the server with it.
  template <class Work>
  void Guarded(Work work) {
    try {
      work();
    } catch (const std::exception& exception) {
      const Error bug{ErrorKind::kInternal, "internal", "The server made a mistake.", "",
                      "Say when it happened and give the request_id."};
      Log(Level::kError, "bug",
          {{"operation", route_.operation}, {"request", id_}, {"what", exception.what()}});
      Answer(Problem{500, bug});
    }
  }

  OrProblem<void> Prepare() {
    EM_TRY(FindCaller());
    EM_TRY(MayThey());
    EM_TRY(ReadIfMatch());
    EM_TRY(ReadBody());
    auto query = ParseQuery(request_.query());
    if (!query) return Refuse(std::move(query).error());
    query_ = *std::move(query);
    return TakeKey();
  }

  OrProblem<void> FindCaller() {
    if (!route_.is_public()) {
      auto caller =
          shared_.callers.Find(shared_.services.store, shared_.services.clock.Now(), request_);
      if (!caller) return Refuse(std::move(caller).error());
      caller_ = *std::move(caller);
      return {};
    }
    auto anyone = std::make_shared<app::Caller>();
    if (const auto named = parameters_.find("organisation"); named != parameters_.end()) {
      const auto id = OrganisationId::Parse(named->second);
      if (!id) return Refuse(app::Request::NotFoundError("organisation"));
      auto found = app::FindOrganisation(shared_.services.store, *id);
      if (!found) return Refuse(std::move(found).error());
      if (!*found) return Refuse(app::Request::NotFoundError("organisation"));
      anyone->organisation = std::make_shared<const app::Organisation>(**std::move(found));
    }
    caller_ = std::move(anyone);
    return {};
  }

  OrProblem<void> MayThey() const {
    if (route_.is_public()) return {};
    if (caller_->session && request_.method != "GET" && request_.method != "HEAD") {
      const std::string* word = request_.Header("x-csrf-token");
      if (!word || !ConstantTimeEqual(*word, caller_->session->csrf_token)) {
        return Refuse(403, "csrf-token-wrong",
                      "The header X-CSRF-Token is not that of this session.",
                      "Send the csrf_token that GET /api/v1/session gives.");
      }
    }
    if (!caller_->actor.roles.HasAny(route_.roles)) {
      return Refuse(403, "role-missing", "Your roles do not allow this.",
                    "It takes one of: " + route_.roles.ToString() + ".");
    }
    if (route_.reads() ? !caller_->may_read : !caller_->may_write) {
      return Refuse(403, "scope-missing", "This API token's scopes do not allow this.",
                    route_.reads() ? "Use a token with the scope read."
                                   : "Use a token with the scope write.");
    }
    return {};
  }

  OrProblem<void> ReadIfMatch() {
    const std::string* header = request_.Header("if-match");
    if (header) {
      if_match_ = ReadVersion(*header);
      if (!if_match_) {
        return Refuse(400, "if-match-invalid", "If-Match is not a version.",
                      "Send the ETag of the record as it was given.");
      }
    } else if (route_.method == "PATCH") {
      return Refuse(428, "if-match-missing", "A change says which version it was made on.",
                    "Send If-Match with the ETag of the record.");
    }
    return {};
  }

  OrProblem<void> ReadBody() {
    const std::string& text = request_.body;
    switch (route_.body) {
      case BodyKind::kRaw:
        return {};
      case BodyKind::kNone:
        if (text.empty() || text == "{}") return {};
        return Refuse(422, "body-unexpected", "This operation takes no body.", "Leave it out.");
      case BodyKind::kOptionalJson:
        if (text.empty()) {
          body_ = &EmptyObject();
          return {};
        }
        break;
      case BodyKind::kJsonOrCsv:
        if (HasType(request_, "text/csv")) return {};
        break;
      case BodyKind::kJson:
        break;
    }
    if (!HasType(request_, "application/json")) {
      const bool csv = route_.body == BodyKind::kJsonOrCsv;
      return Refuse(415, "content-type-wrong", "The body is of a type that is not taken here.",
                    csv ? "Send Content-Type: application/json or text/csv."
                        : "Send JSON, with Content-Type: application/json.");
    }
    auto parsed = ParseJson(text, {.max_bytes = route_.unusual.max_body});
    if (!parsed) return Refuse(std::move(parsed).error());
    parsed_ = *std::move(parsed);
    body_ = &parsed_;
    return {};
  }

  OrProblem<void> TakeKey() {
    if (route_.is_public()) return {};
    auto key = ReadKey(request_, route_, caller_->actor.person, body_);
    if (!key) return Refuse(std::move(key).error());
    if (!*key) return {};
    const OrganisationId organisation = caller_->organisation->id;
    auto ticket = shared_.in_flight.Take(organisation, (*key)->key);
    if (!ticket) return Refuse(std::move(ticket).error());
    ticket_ = *std::move(ticket);
    auto first = FindFirst(shared_.services.store, organisation, **key);
    if (!first) return Refuse(std::move(first).error());
    key_ = *std::move(key);
    kept_ = *std::move(first);
    return {};
  }

  void Decide() {
    const app::Organisation& organisation =
        caller_->organisation ? *caller_->organisation : Nowhere();
    app::Request request{
        .organisation = organisation, .actor = caller_->actor, .now = shared_.services.clock.Now()};
    request.path = parameters_;
    request.query = query_;
    request.body = body_;
    request.raw_body = request_.body;
    if (route_.body == BodyKind::kRaw || route_.body == BodyKind::kJsonOrCsv) {
      for (const auto& [name, value] : request_.headers) request.headers.emplace(name, value);
    }
    request.if_match = if_match_;
    request.session = caller_->session ? &*caller_->session : nullptr;

    auto answer = route_.use_case(shared_.services, request);
    if (!answer) return Answer(ProblemOf(std::move(answer).error()));
    const app::WritePlan& plan = answer->plan;
    if (plan.steps.empty() && plan.events.empty() && plan.outbox.empty()) {
      return Respond(*std::move(answer));
    }
    Commit(*std::move(answer));
  }

  void Commit(app::Answer answer) {
    app::WritePlan plan = std::move(answer.plan);
    if (key_ && !answer.refusal) {
      key_->status = answer.status;
      key_->answer = KeepAnswer(answer, route_);
      plan.key = key_;
    }
    answer_ = std::move(answer);
    handed_over_ = std::chrono::steady_clock::now();
    shared_.services.store.Commit(std::move(plan),
                                  [self = shared_from_this()](Result<app::Receipt> receipt) {
                                    self->Guarded([&] { self->Committed(std::move(receipt)); });
                                  });
  }

  // On a thread of the store: nothing here may wait.
  void Committed(Result<app::Receipt> receipt) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - handed_over_;
    shared_.metrics.CountCommit(receipt.has_value(), took.count());
    if (!receipt) {
      Error& error = receipt.error();
      if (error.kind == ErrorKind::kStale && !decided_again_) return DecideAgain();
      if (error.code == KeyReused().code) error = KeyReused();
      return Answer(ProblemOf(std::move(error)));
    }
    if (route_.unusual.changes_callers) shared_.callers.Forget();
    if (receipt->replayed) return Replay(*receipt->replayed);
    Respond(std::move(answer_));
  }

  void DecideAgain() {
    decided_again_ = true;
    const bool taken = shared_.lane(route_).SubmitAgain(
        [self = shared_from_this()] { self->Guarded([&] { self->Decide(); }); });
    if (!taken) Answer(Busy());
  }

  Problem ProblemOf(Error error) const {
    if (error.kind == ErrorKind::kInternal) LogError("bug", error);
    return {StatusOf(error.kind, if_match_.has_value()), std::move(error)};
  }

  void Replay(const app::IdempotencyKey& first) {
    auto answer = KeptAnswer(first);
    if (!answer) return Answer(ProblemOf(std::move(answer).error()));
    replayed_ = true;
    Respond(*std::move(answer));
  }

  void Respond(app::Answer answer) {
    if (answer.refusal) return Answer(ProblemOf(*std::move(answer.refusal)));
    HttpResponse response;
    response.status = answer.status;
    if (answer.status != 204) {
      response.content_type = std::move(answer.content_type);
      response.body = std::move(answer.body);
    }
    if (answer.version) response.Set("ETag", '"' + std::to_string(*answer.version) + '"');
    if (!answer.location.empty()) response.Set("Location", std::move(answer.location));
    if (replayed_) response.Set("Idempotency-Replayed", "true");
    if (answer.session_token) response.Set("Set-Cookie", SessionCookie(*answer.session_token));
    Send(std::move(response));
  }

  void Answer(const Problem& problem) {
    HttpResponse response = ProblemResponse(problem, id_);
    if (problem.status == 401) response.Set("WWW-Authenticate", "Bearer");
    Send(std::move(response));
  }

  void Send(HttpResponse response) {
    response.operation = route_.operation;
    response.request_id = id_;
    response.Set("Cache-Control", "no-store");
    response.Set("X-Request-Id", id_);
    ticket_.Release();
    if (Done done = std::exchange(done_, nullptr)) done(std::move(response));
  }

  std::string SessionCookie(const std::string& token) const {
    const std::string* scheme = request_.Header("x-forwarded-proto");
    const bool secure = shared_.settings.secure_cookie || (scheme && *scheme == "https");
    return std::string(kSessionCookie) + '=' + token + "; Path=/; HttpOnly; SameSite=Lax" +
           (token.empty() ? "; Max-Age=0" : "") + (secure ? "; Secure" : "");
  }

  Shared& shared_;
  const Route& route_;
  const PathParameters parameters_;
  const HttpRequest request_;
  const std::string id_;
  Done done_;

  std::shared_ptr<const app::Caller> caller_;
  std::optional<int64_t> if_match_;
  std::map<std::string, std::string, std::less<>> query_;
  JsonValue parsed_;
  const JsonValue* body_ = nullptr;
  InFlight::Ticket ticket_;
  std::optional<app::IdempotencyKey> key_;
  std::optional<app::IdempotencyKey> kept_;
  app::Answer answer_;
  std::chrono::steady_clock::time_point handed_over_;
  bool decided_again_ = false;
  bool replayed_ = false;
};

Api::Api(app::Services& services, Metrics& metrics, const ApiSettings& settings)
    : shared_(std::make_unique<Shared>(services, metrics, settings)) {
  Shared* shared = shared_.get();
  metrics.Watch("extramile_quick_lane_waiting", "Requests that wait for a thread.",
                [shared] { return static_cast<double>(shared->quick.waiting()); });
  metrics.Watch("extramile_slow_lane_waiting", "Sign-ins and imports that wait for a thread.",
                [shared] { return static_cast<double>(shared->slow.waiting()); });
}

Api::~Api() { Drain(); }

size_t Api::BodyLimit(std::string_view method, std::string_view path) const {
  const auto found = shared_->router.Find(method, path);
  return found && found->route ? found->route->unusual.max_body : kUsualBody;
}

void Api::Handle(HttpRequest request, Done done) {
  std::string id = NewRequestId();
  auto found = shared_->router.Find(request.method, request.path());
  if (!found || !found->route) {
    HttpResponse response =
        found ? ProblemResponse(
                    {405,
                     {ErrorKind::kInvalid, "method-not-allowed", "This address has no such method.",
                      "", "It has: " + found->allowed + "."}},
                    id)
              : ProblemResponse(
                    {404,
                     {ErrorKind::kNotFound, "address-unknown", "There is nothing at this address.",
                      "", "The addresses stand in api/openapi.yaml."}},
                    id);
    if (found) response.Set("Allow", found->allowed);
    response.operation = "none";
    return done(std::move(response));
  }
  const Route& route = *found->route;
  auto call = std::make_shared<Call>(*shared_, route, std::move(found->parameters),
                                     std::move(request), id, done);
  if (!shared_->lane(route).Submit([call] { call->Start(); })) {
    HttpResponse response = ProblemResponse(Busy(), id);
    response.operation = route.operation;
    done(std::move(response));
  }
}

bool Api::RunSlowly(std::function<void()> job) { return shared_->slow.Submit(std::move(job)); }

void Api::Drain() {
  shared_->quick.Drain();
  shared_->slow.Drain();
}

}  // namespace extramile::http
