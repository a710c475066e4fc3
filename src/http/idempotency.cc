#include "http/idempotency.h"

#include <algorithm>

#include "base/json_writer.h"

namespace extramile::http {
namespace {

const app::Sql kFindKey = {
    "select fingerprint, status, answer from idempotency where organisation_id = $1 and key = $2"};

bool IsOneOf(std::string_view words, std::string_view word) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

std::string Without(const JsonValue& object, std::string_view secrets) {
  JsonWriter out;
  out.BeginObject();
  for (const auto& [key, member] : object.members) {
    if (IsOneOf(secrets, key)) continue;
    out.Key(key).Raw(JsonText(member));
  }
  out.EndObject();
  return std::move(out).Take();
}

}  // namespace

InFlight::Ticket& InFlight::Ticket::operator=(Ticket&& other) noexcept {
  if (this != &other) {
    Release();
    owner_ = other.owner_;
    key_ = std::move(other.key_);
    other.owner_ = nullptr;
  }
  return *this;
}

void InFlight::Ticket::Release() {
  if (!owner_) return;
  const std::lock_guard lock(owner_->mutex_);
  owner_->keys_.erase(key_);
  owner_ = nullptr;
}

Result<InFlight::Ticket> InFlight::Take(OrganisationId organisation, std::string_view key) {
  std::string whole(organisation.bytes.begin(), organisation.bytes.end());
  whole += key;
  const std::lock_guard lock(mutex_);
  if (!keys_.insert(whole).second) {
    return Fail(ErrorKind::kConflict, "request-under-way",
                "A request with this Idempotency-Key is still being answered.", "",
                "Send it again in a moment.");
  }
  return Ticket(this, std::move(whole));
}

Result<std::optional<app::IdempotencyKey>> ReadKey(const HttpRequest& request, const Route& route,
                                                   PersonId person, const JsonValue* body) {
  const std::string* header = request.Header("idempotency-key");
  if (!header || route.method == "GET") return std::nullopt;
  if (header->empty() || header->size() > 200) {
    return Fail(ErrorKind::kInvalid, "idempotency-key-invalid",
                "An Idempotency-Key has 1 to 200 characters.", "",
                "Use a new UUID for each thing to be done.");
  }
  std::string whole = request.method + ' ' + request.target + '\n' + person.ToString() + '\n';
  const bool hide = !route.unusual.secret.empty() && body;
  whole += hide ? Without(*body, route.unusual.secret) : request.body;
  app::IdempotencyKey key;
  key.key = *header;
  key.person = person;
  key.fingerprint = HashWithDomain("extramile request v1", whole);
  return key;
}

Result<std::optional<app::IdempotencyKey>> FindFirst(app::Store& store, OrganisationId organisation,
                                                     const app::IdempotencyKey& key) {
  EM_ASSIGN(const app::Rows rows,
            app::ReadOne(store, organisation, kFindKey, {organisation, key.key}));
  if (rows.empty()) return std::nullopt;
  const app::Bytes& fingerprint = rows[0][0].Blob();
  if (!std::equal(fingerprint.begin(), fingerprint.end(), key.fingerprint.begin(),
                  key.fingerprint.end())) {
    return Fail(KeyReused());
  }
  app::IdempotencyKey first = key;
  first.status = static_cast<int>(rows[0][1].Int());
  first.answer = rows[0][2].Text();
  return first;
}

std::string KeepAnswer(const app::Answer& answer, const Route& route) {
  JsonWriter head;
  head.BeginObject().Key("type").String(answer.content_type);
  head.Key("location").String(answer.location).Key("version");
  if (answer.version) {
    head.Int(*answer.version);
  } else {
    head.Null();
  }
  head.EndObject();
  std::string kept = std::move(head).Take() + '\n';
  if (!route.unusual.secret.empty()) {
    if (const auto body = ParseJson(answer.body); body && body->type == JsonValue::Type::kObject) {
      return kept + Without(*body, route.unusual.secret);
    }
  }
  return kept + answer.body;
}

Result<app::Answer> KeptAnswer(const app::IdempotencyKey& kept) {
  const size_t line = kept.answer.find('\n');
  EM_ASSIGN(const JsonValue head, ParseJson(kept.answer.substr(0, line)));
  ObjectReader in(head);
  app::Answer answer;
  answer.status = kept.status;
  answer.content_type = in.String("type");
  answer.location = in.String("location", {.min_bytes = 0});
  answer.version = in.OptionalInt("version", 0, INT64_MAX);
  EM_TRY(in.Finish());
  if (line != std::string::npos) answer.body = kept.answer.substr(line + 1);
  return answer;
}

Error KeyReused() {
  return {ErrorKind::kInvalid, "idempotency-key-reused",
          "This Idempotency-Key was used for another request.", "",
          "Use a new key for each thing to be done."};
}

}  // namespace extramile::http
