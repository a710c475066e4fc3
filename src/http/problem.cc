#include "http/problem.h"

#include "base/json_writer.h"

namespace extramile::http {

int StatusOf(ErrorKind kind, bool with_if_match) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 422;
    case ErrorKind::kMalformed:
      return 400;
    case ErrorKind::kUnauthenticated:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kStale:
      return with_if_match ? 412 : 409;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kTooMany:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

HttpResponse ProblemResponse(const Problem& problem, std::string_view request_id) {
  const Error& error = problem.error;
  JsonWriter out;
  out.BeginObject().Key("type").String("urn:extramile:problem:" + error.code);
  out.Key("title").String(ReasonPhrase(problem.status)).Key("status").Int(problem.status);
  out.Key("code").String(error.code).Key("detail").String(error.message);
  if (!error.place.empty()) out.Key("field").String(error.place);
  if (!error.advice.empty()) out.Key("advice").String(error.advice);
  if (!request_id.empty()) out.Key("request_id").String(request_id);
  out.EndObject();
  HttpResponse response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.body = std::move(out).Take();
  response.request_id = request_id;
  if (problem.status == 429 || problem.status == 503) response.Set("Retry-After", "1");
  return response;
}

}  // namespace extramile::http
