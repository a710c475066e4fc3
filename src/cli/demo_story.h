// The loop of extramile, told step by step through its API: from a published offer and an open case
// to evidence, and on to the offer's next version. Nothing here is scripted output: every sentence
// is put together from what the server answered, and every step says what must hold; one that does
// not hold ends the demonstration.
//
// A run also keeps facts ("gate.authority" = "ok"), so that two runs can be laid side by side:
// `extramile demo --vary` changes one thing at a time and looks at which facts moved.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cli/story.h"

namespace extramile::cli {

struct DemoChoices {
  bool busy =
      true;  // act in the half-hour in which others would wait longest; else in the quietest
  bool feedback = true;  // customers say what they think
};

struct DemoLine {
  std::string step;  // "Check"
  std::string says;
};

using Facts = std::map<std::string, std::string>;

class DemoStory {
 public:
  // `set_clock` moves the server's clock; `log_part(from, until)` imports that part of the call log
  // through the API.
  struct World {
    Story& story;
    TimeZone zone;
    Instant day;  // midnight, local, of the day on which it happens; the log before it is already
                  // imported
    std::function<void(Instant)> set_clock;
    std::function<Result<JsonValue>(Instant from, Instant until)> import_part;
    std::function<std::string(std::string_view body, Instant now, bool valid)>
        sign_chatwoot;  // hex
    std::function<void(const DemoLine&)> tell;
  };

  DemoStory(World world, DemoChoices choices) : world_(std::move(world)), choices_(choices) {}

  // Runs the whole loop. The error of the first step that fails or does not hold.
  Result<Facts> Run();

 private:
  Result<void> FindMoment();
  Result<void> SeeOffer();
  Result<void> OpenCases();
  Result<void> ReceiveWebhook();
  Result<void> UnderstandCustomer();
  Result<void> WeighIdeas();
  Result<void> CheckIdeas();
  Result<void> Consult();
  Result<void> Act();
  Result<void> WatchOthers();
  Result<void> HearCustomer();
  Result<void> TheShortWay();
  Result<void> MakeRoutine();
  Result<void> SeeCoverage();

  Result<JsonValue> Do(const std::string& as, const std::string& operation, PathArguments path,
                       const std::string& body);
  Result<JsonValue> Get(const std::string& as, const std::string& operation,
                        PathArguments path = {}, PathArguments query = {});
  void Tell(const std::string& step, const std::string& says) { world_.tell({step, says}); }
  void Fact(const std::string& name, const std::string& value) { facts_[name] = value; }
  Result<void> Hold(bool holds, const std::string& step, const std::string& what);
  void Advance(int64_t minutes);
  std::string Time(Instant at) const { return world_.zone.ToLocal(at).Clock(); }

  World world_;
  DemoChoices choices_;
  Facts facts_;
  Instant now_;
};

}  // namespace extramile::cli
