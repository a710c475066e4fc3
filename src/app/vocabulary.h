// The words of the contract's enumerations that several use cases read, as ObjectReader::Word wants
// them. They follow api/openapi.yaml.
#pragma once

#include <initializer_list>
#include <string_view>

namespace extramile::app {

using Vocabulary = std::initializer_list<std::string_view>;

inline const Vocabulary kDimensions = {"reliability", "assurance", "tangibles", "empathy",
                                       "responsiveness"};
inline const Vocabulary kChannels = {"face to face", "phone", "email", "chat",
                                     "letter",       "web",   "social"};
inline const Vocabulary kGestureKinds = {"information", "attention", "priority", "redo",
                                         "goods",       "discount",  "refund",   "money",
                                         "access",      "visit",     "other"};
inline const Vocabulary kLoads = {"quiet", "normal", "busy"};
inline const Vocabulary kContactSteps = {"greeting", "need", "solution", "satisfied", "follow_up"};

}  // namespace extramile::app
