// Error: what every fallible function of extramile returns when it fails.
//
// An Error says four things: `code` (stable, kebab-case, part of the API), `message` (what is
// wrong, one plain sentence), `place` (where: a JSON pointer, `file:line:column`, a table and its
// cell; may be empty) and `advice` (what to do next; may be empty). Its `kind` is what a caller may
// branch on and what HTTP turns into a status. Never put personal data in any of them: errors are
// logged.
//
//   return Fail(ErrorKind::kInvalid, "amount-negative", "The amount is below zero.", "/amount",
//   "Give 0 or more.");
#pragma once

#include <string>
#include <utility>

#include "tl/expected.hpp"

namespace extramile {

enum class ErrorKind {
  kInvalid,          // the request or file is wrong in itself               422
  kMalformed,        // it cannot even be read (not JSON, not XML)           400
  kUnauthenticated,  // nobody is signed in                                  401
  kForbidden,        // signed in, but may not                               403
  kNotFound,         //                                                      404
  kConflict,         // contradicts what is stored                           409
  kStale,            // decided on a version that has since changed          412
  kTooLarge,         //                                                      413
  kTooMany,          // a rate or queue limit                                429
  kUnavailable,      // try again later: the database is away, the disk full 503
  kInternal,         // a bug of ours                                        500
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;
  std::string message;
  std::string place = {};
  std::string advice = {};

  // "place: message advice [code]", for logs and the command line.
  std::string ToString() const;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
inline tl::unexpected<Error> Fail(ErrorKind kind, std::string code, std::string message,
                                  std::string place = {}, std::string advice = {}) {
  return Fail(
      Error{kind, std::move(code), std::move(message), std::move(place), std::move(advice)});
}

}  // namespace extramile

// EM_TRY(expr): returns the error of a Result<...> expression from the enclosing function.
// EM_ASSIGN(lhs, expr): the same, and assigns the value: EM_ASSIGN(auto money, ParseMoney(text,
// gbp));
#define EM_CONCAT_INNER(a, b) a##b
#define EM_CONCAT(a, b) EM_CONCAT_INNER(a, b)
#define EM_TRY(expr)                                                                              \
  do {                                                                                            \
    if (auto em_result = (expr); !em_result) return tl::unexpected(std::move(em_result).error()); \
  } while (false)
#define EM_ASSIGN(lhs, expr) EM_ASSIGN_INNER(EM_CONCAT(em_result_, __LINE__), lhs, expr)
#define EM_ASSIGN_INNER(result, lhs, expr)                       \
  auto result = (expr);                                          \
  if (!result) return tl::unexpected(std::move(result).error()); \
  lhs = *std::move(result)
