#include "feel/pattern.h"

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <memory>

#include "feel/text.h"

namespace extramile::feel {
namespace {

constexpr int32_t kTimeLimit = 20;  // ICU's unit, about a millisecond each
constexpr int32_t kStackLimit = 8 * 1'000'000;
constexpr int kMaxClassNesting = 20;

struct Flags {
  uint32_t icu = 0;
  bool literal = false;
  bool ignore_space = false;
};

PatternResult<Flags> ReadFlags(std::string_view text) {
  Flags flags;
  for (const char c : text) {
    switch (c) {
      case 's':
        flags.icu |= UREGEX_DOTALL;
        break;
      case 'm':
        flags.icu |= UREGEX_MULTILINE;
        break;
      case 'i':
        flags.icu |= UREGEX_CASE_INSENSITIVE;
        break;
      case 'x':
        flags.ignore_space = true;
        break;
      case 'q':
        flags.literal = true;
        break;
      default:
        return tl::unexpected(PatternError{});
    }
  }
  return flags;
}

// The x flag: white space is removed before anything is read, but not inside a character class.
std::string WithoutSpace(std::string_view pattern) {
  std::string out;
  int class_depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && class_depth == 0) continue;
    const bool escaped =
        !out.empty() && out.back() == '\\' && (out.size() < 2 || out[out.size() - 2] != '\\');
    if (c == '[' && !escaped) ++class_depth;
    if (c == ']' && !escaped && class_depth > 0) --class_depth;
    out += c;
  }
  return out;
}

// Rewrites an XPath pattern as ICU's.
class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_(pattern) {}

  PatternResult<std::string> Translate() {
    while (i_ < in_.size()) {
      const char c = in_[i_];
      if (c == '[') {
        if (!Class(0)) return tl::unexpected(PatternError{});
      } else if (c == '\\') {
        if (!Escape(false)) return tl::unexpected(PatternError{});
      } else if (c == '(' && in_.substr(i_).starts_with("(?") &&
                 !in_.substr(i_).starts_with("(?:")) {
        return tl::unexpected(PatternError{});  // look-around is ICU's, not XPath's
      } else if ((c == '+' && i_ > 0 &&
                  (in_[i_ - 1] == '*' || in_[i_ - 1] == '+' || in_[i_ - 1] == '?') &&
                  (i_ < 2 || in_[i_ - 2] != '\\'))) {
        return tl::unexpected(PatternError{});  // possessive quantifiers are ICU's
      } else {
        out_ += c;
        ++i_;
      }
    }
    return std::move(out_);
  }

 private:
  bool Escape(bool in_class) {
    if (i_ + 1 >= in_.size()) return false;
    const char c = in_[i_ + 1];
    if ((c == 'p' || c == 'P') && in_.substr(i_ + 2).starts_with("{Is")) {
      const size_t end = in_.find('}', i_);
      if (end == std::string_view::npos) return false;
      out_ += '\\';
      out_ += c;
      out_ += "{Block=";
      out_ += in_.substr(i_ + 5, end - i_ - 5);
      out_ += '}';
      i_ = end + 1;
      return true;
    }
    const auto put = [&](std::string_view members) {
      if (!in_class) out_ += '[';
      out_ += members;
      if (!in_class) out_ += ']';
      i_ += 2;
      return true;
    };
    switch (c) {
      case 'i':
        return put("\\p{L}_:");
      case 'c':
        return put("\\p{L}\\p{N}\\p{M}_:.\\-\\u00b7");
      default:
        break;
    }
    constexpr std::string_view kKnown = "nrt\\|.?*+(){}$-[]^sSdDwWpPIC";
    const bool back_reference = !in_class && c >= '1' && c <= '9';
    if (kKnown.find(c) == std::string_view::npos && !back_reference) return false;
    if (c == 'I' || c == 'C')
      return put(c == 'I' ? "^\\p{L}_:" : "^\\p{L}\\p{N}\\p{M}_:.\\-\\u00b7");
    out_ += '\\';
    out_ += c;
    i_ += 2;
    return true;
  }

  // "[a-z-[aeiou]]" becomes "[[a-z]--[aeiou]]".
  bool Class(int depth) {
    if (depth > kMaxClassNesting) return false;
    ++i_;
    const size_t start = out_.size();
    out_ += '[';
    if (i_ < in_.size() && in_[i_] == '^') {
      out_ += '^';
      ++i_;
    }
    bool any = false;
    while (i_ < in_.size()) {
      const char c = in_[i_];
      if (c == ']' && any) {
        out_ += ']';
        ++i_;
        return true;
      }
      if (c == '-' && any && i_ + 1 < in_.size() && in_[i_ + 1] == '[') {
        ++i_;
        out_ += ']';
        out_.insert(start, 1, '[');
        out_ += "--";
        if (!Class(depth + 1) || i_ >= in_.size() || in_[i_] != ']') return false;
        out_ += ']';
        ++i_;
        return true;
      }
      if (c == '[' || c == ']') return false;
      any = true;
      if (c == '\\') {
        if (!Escape(true)) return false;
        continue;
      }
      // ICU gives && and -- a meaning of their own inside a class.
      if (c == '&' || (c == '-' && i_ + 1 < in_.size() && in_[i_ + 1] == '-')) out_ += '\\';
      out_ += c;
      ++i_;
    }
    return false;
  }

  std::string_view in_;
  size_t i_ = 0;
  std::string out_;
};

icu::UnicodeString ToUnicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

// A matcher keeps a reference to its text, so they live together.
struct Matcher {
  icu::UnicodeString text;
  std::unique_ptr<icu::RegexMatcher> icu;
};

PatternResult<std::unique_ptr<Matcher>> MakeMatcher(std::string_view text, std::string_view pattern,
                                                    std::string_view flag_text) {
  auto flags = ReadFlags(flag_text);
  if (!flags) return tl::unexpected(flags.error());
  std::string translated(pattern);
  if (flags->literal) {
    flags->icu |= UREGEX_LITERAL;
  } else {
    if (flags->ignore_space) translated = WithoutSpace(pattern);
    auto result = Translator(translated).Translate();
    if (!result) return tl::unexpected(result.error());
    translated = *std::move(result);
  }
  UErrorCode status = U_ZERO_ERROR;
  auto matcher = std::make_unique<Matcher>();
  matcher->text = ToUnicode(text);
  matcher->icu = std::make_unique<icu::RegexMatcher>(ToUnicode(translated), flags->icu, status);
  if (U_FAILURE(status)) return tl::unexpected(PatternError{});
  matcher->icu->setTimeLimit(kTimeLimit, status);
  matcher->icu->setStackLimit(kStackLimit, status);
  matcher->icu->reset(matcher->text);
  if (U_FAILURE(status)) return tl::unexpected(PatternError{});
  return matcher;
}

PatternError ErrorOf(UErrorCode status) {
  return {.too_costly = status == U_REGEX_TIME_OUT || status == U_REGEX_STACK_OVERFLOW};
}

// XPath's replacement text as ICU's; nullopt where a $ is not followed by a digit or a \ not by $
// or \.
PatternResult<std::string> TranslateReplacement(std::string_view replacement, bool literal) {
  std::string out;
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    if (literal) {
      if (c == '$' || c == '\\') out += '\\';
      out += c;
      continue;
    }
    if (c == '$' || c == '\\') {
      const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
      const bool valid = c == '$' ? next >= '0' && next <= '9' : next == '$' || next == '\\';
      if (!valid) return tl::unexpected(PatternError{});
      out += c;
      out += next;
      ++i;
      continue;
    }
    out += c;
  }
  return out;
}

}  // namespace

PatternResult<bool> PatternFound(std::string_view text, std::string_view pattern,
                                 std::string_view flags) {
  auto matcher = MakeMatcher(text, pattern, flags);
  if (!matcher) return tl::unexpected(matcher.error());
  UErrorCode status = U_ZERO_ERROR;
  const bool found = (*matcher)->icu->find(status);
  if (U_FAILURE(status)) return tl::unexpected(ErrorOf(status));
  return found;
}

PatternResult<std::string> ReplacePattern(std::string_view text, std::string_view pattern,
                                          std::string_view replacement, std::string_view flags) {
  const auto translated =
      TranslateReplacement(replacement, flags.find('q') != std::string_view::npos);
  if (!translated) return tl::unexpected(translated.error());
  auto matcher = MakeMatcher(text, pattern, flags);
  if (!matcher) return tl::unexpected(matcher.error());
  // Not replaceAll, which keeps silent when a limit stops its search.
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString replacement_text = ToUnicode(*translated);
  icu::UnicodeString replaced;
  while ((*matcher)->icu->find(status) && U_SUCCESS(status))
    (*matcher)->icu->appendReplacement(replaced, replacement_text, status);
  if (U_FAILURE(status)) return tl::unexpected(ErrorOf(status));
  (*matcher)->icu->appendTail(replaced);
  std::string out;
  replaced.toUTF8String(out);
  return out;
}

PatternResult<std::vector<std::string>> SplitByPattern(std::string_view text,
                                                       std::string_view pattern) {
  auto matcher = MakeMatcher(text, pattern, "");
  if (!matcher) return tl::unexpected(matcher.error());
  UErrorCode status = U_ZERO_ERROR;
  std::vector<std::string> parts;
  int32_t start = 0;
  const icu::UnicodeString& whole = (*matcher)->text;
  const auto add = [&](int32_t end) {
    std::string part;
    whole.tempSubStringBetween(start, end).toUTF8String(part);
    parts.push_back(std::move(part));
  };
  while ((*matcher)->icu->find(status)) {
    const int32_t begin = (*matcher)->icu->start(status), end = (*matcher)->icu->end(status);
    if (begin == end) continue;
    add(begin);
    start = end;
  }
  if (U_FAILURE(status)) return tl::unexpected(ErrorOf(status));
  add(whole.length());
  return parts;
}

}  // namespace extramile::feel
