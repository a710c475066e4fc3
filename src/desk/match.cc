#include "desk/match.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace extramile::desk {
namespace {

constexpr int kNear = 3;  // a shared word, and the dimension or a second one

constexpr std::array<std::pair<MatchVerdict, std::string_view>, 4> kVerdictWords = {
    {{MatchVerdict::kMet, "met"},
     {MatchVerdict::kExceeded, "exceeded"},
     {MatchVerdict::kShort, "short"},
     {MatchVerdict::kNotCovered, "not_covered"}}};

// Words too common to say what an expectation is about, and words of time, which are compared as
// times.
constexpr std::string_view kCommonWords[] = {
    "about",  "after",  "also", "and",  "any",      "are",      "been",    "before", "but",
    "can",    "could",  "day",  "days", "did",      "does",     "every",   "for",    "from",
    "get",    "had",    "has",  "have", "her",      "him",      "his",     "hour",   "hours",
    "how",    "into",   "its",  "just", "like",     "minute",   "minutes", "more",   "must",
    "need",   "needs",  "not",  "now",  "off",      "one",      "only",    "our",    "out",
    "she",    "should", "some", "than", "that",     "the",      "their",   "them",   "then",
    "there",  "they",   "this", "time", "today",    "tomorrow", "too",     "very",   "want",
    "wants",  "was",    "were", "what", "when",     "which",    "who",     "will",   "with",
    "within", "would",  "you",  "your", "customer", "customers"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string> Tokens(std::string_view text) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    std::string token;
    const bool digits = IsDigit(text[i]);
    while (i < text.size() && (digits ? IsDigit(text[i]) : IsLetter(text[i]))) {
      token += Lower(text[i++]);
    }
    if (token.empty()) {
      ++i;
    } else {
      tokens.push_back(std::move(token));
    }
  }
  return tokens;
}

// Cuts the commonest endings, so that "replies" and "reply" meet: enough for comparing, no grammar.
std::string Stem(std::string word) {
  const auto ends = [&word](std::string_view end) {
    return word.size() > end.size() + 2 && word.ends_with(end);
  };
  if (ends("ies")) return word.substr(0, word.size() - 3) + "y";
  if (ends("ing")) return word.substr(0, word.size() - 3);
  if (ends("ed")) return word.substr(0, word.size() - 2);
  if (ends("es")) return word.substr(0, word.size() - 2);
  if (ends("s") && !ends("ss")) return word.substr(0, word.size() - 1);
  if (ends("e")) return word.substr(0, word.size() - 1);
  return word;
}

std::set<std::string> ContentWords(std::string_view text) {
  std::set<std::string> words;
  for (std::string& token : Tokens(text)) {
    if (token.size() < 3 || IsDigit(token[0])) continue;
    if (std::find(std::begin(kCommonWords), std::end(kCommonWords), token) !=
        std::end(kCommonWords)) {
      continue;
    }
    words.insert(Stem(std::move(token)));
  }
  return words;
}

struct Nearness {
  int score = 0;
  int shared = 0;  // words in common
};

Nearness Compare(const std::set<std::string>& wanted, std::string_view dimension,
                 const PromisedService& item, std::string_view channel) {
  std::set<std::string> promised = ContentWords(item.promise);
  promised.merge(ContentWords(item.standard));
  promised.merge(ContentWords(item.touchpoint));
  Nearness near;
  for (const std::string& word : wanted) near.shared += promised.contains(word) ? 1 : 0;
  near.score = 2 * near.shared;
  if (!item.dimension.empty() && item.dimension == dimension) near.score += 1;
  // A promise for another channel is none for this customer.
  if (!item.channel.empty() && item.channel != channel) near = {};
  return near;
}

MatchVerdict Judge(const ExpectedService& expected, const PromisedService& item, Nearness near) {
  const auto wanted = MinutesNamed(expected.words);
  if (wanted && item.standard_minutes) {
    if (*item.standard_minutes > *wanted) return MatchVerdict::kShort;
    if (*item.standard_minutes * 2 <= *wanted) return MatchVerdict::kExceeded;
    return MatchVerdict::kMet;
  }
  return near.score >= kNear ? MatchVerdict::kMet : MatchVerdict::kShort;
}

std::optional<int64_t> NumberNamed(std::string_view token) {
  constexpr std::array<std::string_view, 13> kNumbers = {"zero", "one",    "two",   "three", "four",
                                                         "five", "six",    "seven", "eight", "nine",
                                                         "ten",  "eleven", "twelve"};
  if (IsDigit(token[0])) {
    int64_t value = 0;
    for (char digit : token.substr(0, 6)) value = value * 10 + (digit - '0');
    return value;
  }
  if (token == "a" || token == "an" || token == "half") return 1;
  const auto found = std::find(kNumbers.begin(), kNumbers.end(), token);
  if (found == kNumbers.end()) return std::nullopt;
  return found - kNumbers.begin();
}

std::optional<int64_t> UnitMinutes(std::string_view token) {
  if (token == "minute" || token == "minutes" || token == "min" || token == "mins") return 1;
  if (token == "hour" || token == "hours") return 60;
  if (token == "day" || token == "days") return 24 * 60;
  if (token == "week" || token == "weeks") return 7 * 24 * 60;
  return std::nullopt;
}

}  // namespace

std::string_view Word(MatchVerdict verdict) {
  return kVerdictWords[static_cast<size_t>(verdict)].second;
}

std::optional<MatchVerdict> ParseMatchVerdict(std::string_view word) {
  for (const auto& [verdict, name] : kVerdictWords) {
    if (name == word) return verdict;
  }
  return std::nullopt;
}

std::optional<int64_t> MinutesNamed(std::string_view text) {
  const std::vector<std::string> tokens = Tokens(text);
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == "today") return 24 * 60;
    if (tokens[i] == "tomorrow") return 2 * 24 * 60;
    if (i == 0) continue;
    const auto unit = UnitMinutes(tokens[i]);
    // "half an hour": the number stands before the article.
    const bool half = i >= 2 && tokens[i - 2] == "half";
    if (const auto number = unit ? NumberNamed(tokens[i - 1]) : std::nullopt) {
      return half ? *unit / 2 : *number * *unit;
    }
  }
  return std::nullopt;
}

std::vector<MatchedLine> MatchOffer(std::span<const ExpectedService> expectations,
                                    std::span<const PromisedService> items,
                                    std::string_view channel) {
  std::vector<MatchedLine> lines;
  for (size_t e = 0; e < expectations.size(); ++e) {
    const ExpectedService& expected = expectations[e];
    const std::set<std::string> wanted = ContentWords(expected.words);
    MatchedLine line;
    line.expectation = e;
    Nearness best;
    for (size_t i = 0; i < items.size(); ++i) {
      const Nearness near = Compare(wanted, expected.dimension, items[i], channel);
      if (near.score <= best.score) continue;
      best = near;
      line.item = i;
    }
    if (line.item) line.verdict = Judge(expected, items[*line.item], best);
    const bool differs =
        line.verdict == MatchVerdict::kShort || line.verdict == MatchVerdict::kNotCovered;
    line.key_difference = differs && expected.importance >= 3;
    lines.push_back(line);
  }
  return lines;
}

std::string SummariseMatch(std::span<const Difference> lines) {
  if (lines.empty()) return "No expectations are noted yet.";
  size_t met = 0;
  std::string differences;
  size_t count = 0;
  for (const Difference& line : lines) {
    if (line.verdict == MatchVerdict::kMet || line.verdict == MatchVerdict::kExceeded) ++met;
    if (!line.key_difference) continue;
    ++count;
    differences += (differences.empty() ? "" : ", ") + std::string(line.dimension) + " (" +
                   (line.verdict == MatchVerdict::kNotCovered ? "not covered"
                                                              : std::string(Word(line.verdict))) +
                   ")";
  }
  std::string sentence = "The offer meets " + std::to_string(met) + " of " +
                         std::to_string(lines.size()) +
                         (lines.size() == 1 ? " expectation" : " expectations");
  if (count == 0) return sentence + "; there is no key difference.";
  return sentence + (count == 1 ? "; the key difference is in " : "; the key differences are in ") +
         differences + ".";
}

}  // namespace extramile::desk
