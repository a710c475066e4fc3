// Problems (RFC 9457): every answer that is an error, whoever found it, has this one form.
//
//   {"type":"urn:extramile:problem:amount-negative","title":"Unprocessable Content","status":422,
//    "code":"amount-negative","detail":"The amount is below zero.","field":"/amount",
//    "advice":"Give 0 or more.","request_id":"5f0c..."}
#pragma once

#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace extramile::http {

// An error, and the status it is answered with.
struct Problem {
  int status = 500;
  Error error;
};

// The status that an error's kind stands for. `with_if_match`: the client named the version it saw,
// so a stale one is its precondition that failed (412); else it is a conflict (409).
int StatusOf(ErrorKind kind, bool with_if_match = false);

HttpResponse ProblemResponse(const Problem& problem, std::string_view request_id);

}  // namespace extramile::http
