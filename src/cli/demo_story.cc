#include "cli/demo_story.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/json_writer.h"

namespace extramile::cli {
namespace {

std::string TextAt(const JsonValue& value, std::string_view dotted) {
  const JsonValue* found = At(value, dotted);
  if (!found || found->type == JsonValue::Type::kNull) return {};
  if (found->type == JsonValue::Type::kBool) return found->boolean ? "true" : "false";
  return found->text;
}

size_t CountAt(const JsonValue& value, std::string_view dotted) {
  const JsonValue* found = At(value, dotted);
  return found ? found->items.size() : 0;
}

double NumberAt(const JsonValue& value, std::string_view dotted) {
  return std::strtod(TextAt(value, dotted).c_str(), nullptr);
}

// {"text": "..."} in own words.
std::string Words(std::string_view text) {
  JsonWriter out;
  out.BeginObject().Key("text").String(text).EndObject();
  return std::move(out).Take();
}

std::string Percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", share * 100);
  return text;
}

}  // namespace

Result<JsonValue> DemoStory::Do(const std::string& as, const std::string& operation,
                                PathArguments path, const std::string& body) {
  auto answer =
      world_.story.Do({.as = as, .operation = operation, .path = std::move(path), .body = body});
  if (!answer) {
    Error error = std::move(answer).error();
    error.place = operation + " as " + as + (error.place.empty() ? "" : ", " + error.place);
    return Fail(std::move(error));
  }
  return answer;
}

Result<JsonValue> DemoStory::Get(const std::string& as, const std::string& operation,
                                 PathArguments path, PathArguments query) {
  return world_.story.Do(
      {.as = as, .operation = operation, .path = std::move(path), .query = std::move(query)});
}

Result<void> DemoStory::Hold(bool holds, const std::string& step, const std::string& what) {
  if (holds) return {};
  return Fail(ErrorKind::kInternal, "demo-step", "This should hold and does not: " + what, step);
}

void DemoStory::Advance(int64_t minutes) {
  now_ = now_ + minutes * kMicrosPerMinute;
  world_.set_clock(now_);
}

// The moment is looked up, not fixed: another log has its rush at another hour.
Result<void> DemoStory::FindMoment() {
  Instant best = world_.day;
  double best_wait = -1;
  for (int half_hour = 18; half_hour <= 36; ++half_hour) {  // 9:00 to 18:00
    const Instant start = world_.day + half_hour * 30 * kMicrosPerMinute;
    EM_ASSIGN(
        const JsonValue forecast,
        Get("amira", "see_forecast", {}, {{"start_at", FormatInstant(start)}, {"minutes", "12"}}));
    if (TextAt(forecast, "verdict") == "unknown") continue;
    const double wait = NumberAt(forecast, "extra_wait_minutes");
    if (best_wait < 0 || (choices_.busy ? wait > best_wait : wait < best_wait)) {
      best = start;
      best_wait = wait;
    }
  }
  EM_TRY(Hold(best_wait >= 0, "Moment", "the call log gives a forecast for this day"));
  now_ = best;
  world_.set_clock(now_);
  Fact("moment", Time(now_));
  Tell("Moment",
       "It is " + Time(now_) +
           (choices_.busy ? ", when others would wait longest." : ", a quiet half-hour."));
  return {};
}

Result<void> DemoStory::SeeOffer() {
  EM_ASSIGN(JsonValue offer, Get("amira", "see_current_offer"));
  EM_TRY(Hold(TextAt(offer, "number") == "1", "Offer", "version 1 of the offer is in force"));
  Tell("Offer", "Version " + TextAt(offer, "number") + " of the service offer is in force, with " +
                    std::to_string(CountAt(offer, "items")) +
                    " promises: " + TextAt(offer, "summary"));
  world_.story.Keep("offer", std::move(offer));
  return {};
}

Result<void> DemoStory::OpenCases() {
  EM_ASSIGN(JsonValue opened,
            Do("amira", "open_case", {},
               R"({"kind":"complaint","reason":"new card blocked twice","channel":"phone",)"
               R"("customer":{"reference":"demo-2001","name":"Nora Finch","segment":"saver"},)"
               R"("setting":"paid","sector":"private","load":"busy"})"));
  Tell("Case", "Opened by hand: " + TextAt(opened, "reference") + ", " + TextAt(opened, "reason") +
                   ", for " + TextAt(opened, "customer.pseudonym") + ".");
  world_.story.Keep("case", std::move(opened));

  EM_ASSIGN(JsonValue walk_up, Do("amira", "open_case_now", {}, "{}"));
  Tell("Case", "Opened with one tap for a walk-up: " + TextAt(walk_up, "reference") + ".");
  world_.story.Keep("walk_up", std::move(walk_up));

  EM_ASSIGN(const JsonValue report,
            world_.story.Do({.as = "carys",
                             .operation = "import_cases",
                             .body = "kind,reason,channel,external_id,customer_reference\n"
                                     "enquiry,change of address,email,H-501,demo-2002\n"
                                     "request,statement copies,email,H-502,demo-2003\n"
                                     "request,no such channel,telepathy,H-503,demo-2004\n",
                             .content_type = "text/csv"}));
  Tell("Case", "Imported from CSV: " + TextAt(report, "read") + " rows read, " +
                   TextAt(report, "opened") + " opened, refused: row " +
                   TextAt(report, "refused.0.row") + ", " + TextAt(report, "refused.0.detail"));
  return Hold(TextAt(report, "opened") == "2" && CountAt(report, "refused") == 1, "Case",
              "two rows are opened and the bad one is refused");
}

Result<void> DemoStory::ReceiveWebhook() {
  EM_ASSIGN(const JsonValue connection,
            Do("gwen", "add_connection", {},
               R"({"kind":"chatwoot","name":"Chat","agent":")" + world_.story.Text("amira") +
                   R"(","secret":"demo-secret-0123456789abcdef"})"));
  const std::string body =
      R"({"event":"conversation_created","id":7001,"status":"open","channel":"Channel::WebWidget",)"
      R"("meta":{"sender":{"id":42,"name":"Omar Quill"}},"messages":[]})";
  EM_ASSIGN(const JsonValue session, Get("gwen", "see_session"));
  const auto deliver = [&](bool valid) {
    return world_.story.Do(
        {.operation = "receive_chatwoot",
         .path = {{"organisation", TextAt(session, "organisation.id")},
                  {"connection", TextAt(connection, "id")}},
         .body = body,
         .headers = {
             {"X-Chatwoot-Timestamp", std::to_string(now_.micros / kMicrosPerSecond)},
             {"X-Chatwoot-Delivery", valid ? "d-1" : "d-2"},
             {"X-Chatwoot-Signature", "sha256=" + world_.sign_chatwoot(body, now_, valid)}}});
  };
  const auto forged = deliver(false);
  EM_TRY(Hold(!forged, "Case", "a webhook with a wrong signature is refused"));
  EM_TRY(deliver(true));
  EM_ASSIGN(const JsonValue cases,
            Get("amira", "list_cases", {}, {{"state", "open"}, {"mine", "true"}}));
  Tell("Case", "A helpdesk's webhook with a wrong signature was refused (" + forged.error().code +
                   "); with the right one it opened a case. Amira now has " +
                   std::to_string(CountAt(cases, "items")) + " open cases.");
  return {};
}

Result<void> DemoStory::UnderstandCustomer() {
  const PathArguments path = {{"id", world_.story.Text("case.id")}};
  EM_TRY(Do("amira", "explain_offer", path,
            R"({"channel":"phone","words":)" +
                Words("I said that we answer within three minutes, tell her plainly what we can "
                      "do, and do it on the day.") +
                "}"));
  EM_TRY(Do(
      "amira", "note_expectation", path,
      R"({"kind":"expectation","dimension":"reliability","importance":5,"formed_by":"promise","learned_by":"told",)"
      R"("words":{"author":"customer","text":"I want the card to work before I travel on Friday."}})"));
  EM_TRY(Do(
      "amira", "note_expectation", path,
      R"({"kind":"need","dimension":"empathy","importance":4,"formed_by":"past experience","learned_by":"observed",)"
      R"("words":)" +
          Words("She is worn out by doing it alone twice: somebody should stay with her.") + "}"));
  EM_ASSIGN(const JsonValue suggestion, Get("amira", "suggest_match", path));
  JsonWriter lines;
  lines.BeginObject().Key("lines").BeginArray();
  for (const JsonValue& line : At(suggestion, "lines")->items) {
    lines.BeginObject().Key("expectation").String(TextAt(line, "expectation"));
    if (!TextAt(line, "offer_item").empty())
      lines.Key("offer_item").String(TextAt(line, "offer_item"));
    lines.Key("verdict").String(TextAt(line, "verdict"));
    lines.Key("key_difference").Bool(TextAt(line, "verdict") != "met").EndObject();
  }
  lines.EndArray().EndObject();
  EM_ASSIGN(const JsonValue match, Do("amira", "match_offer", path, lines.text()));
  Tell("Expectations", "Two noted: one that she said, one that Amira saw unasked.");
  Tell("Match", TextAt(match, "summary"));
  return {};
}

Result<void> DemoStory::WeighIdeas() {
  const PathArguments path = {{"id", world_.story.Text("case.id")}};
  EM_ASSIGN(JsonValue stay,
            Do("amira", "propose_idea", path, R"({"gesture":"stay-on-the-line","origin":"own"})"));
  EM_ASSIGN(JsonValue goodwill, Do("amira", "propose_idea", path,
                                   R"({"gesture":"fee-goodwill","origin":"asked_for"})"));
  EM_ASSIGN(const JsonValue own,
            Do("amira", "propose_idea", path,
               R"({"kind":"information","minutes":8,"origin":"own","words":)" +
                   Words("Write down the three steps with the numbers of her own keypad") + "}"));
  EM_ASSIGN(const JsonValue chosen,
            Do("amira", "choose_idea", {{"id", TextAt(stay, "id")}},
               R"({"words":)" +
                   Words("She lost time and patience, not money: somebody beside her mends that.") +
                   "}"));
  Tell("Ideas", "Three weighed: " + TextAt(stay, "title") + "; " + TextAt(goodwill, "title") +
                    "; in own words: " + TextAt(own, "title") + ".");
  Tell("Ideas",
       "Chosen: " + TextAt(chosen, "title") + ", because: " + TextAt(chosen, "choice_reason.text"));
  world_.story.Keep("stay", std::move(stay));
  world_.story.Keep("goodwill", std::move(goodwill));
  return {};
}

Result<void> DemoStory::CheckIdeas() {
  EM_ASSIGN(const JsonValue preview,
            Do("amira", "preview_idea", {{"id", world_.story.Text("goodwill.id")}}, "{}"));
  Fact("goodwill.outcome", TextAt(preview, "outcome"));
  for (const JsonValue& gate : At(preview, "gates")->items) {
    Fact("goodwill.gate." + TextAt(gate, "gate"), TextAt(gate, "verdict"));
  }
  Tell("Preview",
       "The goodwill payment, tried without recording it: " + TextAt(preview, "sentence"));

  EM_ASSIGN(JsonValue check,
            Do("amira", "check_idea", {{"id", world_.story.Text("stay.id")}}, "{}"));
  EM_TRY(Hold(CountAt(check, "gates") == 6, "Check", "six gates answer"));
  for (const JsonValue& gate : At(check, "gates")->items) {
    const std::string name = TextAt(gate, "gate");
    Fact("stay.gate." + name, TextAt(gate, "verdict"));
    std::string line = name + ": " + TextAt(gate, "verdict");
    for (const JsonValue& finding : At(gate, "findings")->items) {
      line += ". " + TextAt(finding, "reason");
      if (!TextAt(finding, "citation").empty()) line += " [" + TextAt(finding, "citation") + "]";
    }
    Tell("Check", line);
  }
  Fact("stay.outcome", TextAt(check, "outcome"));
  Fact("forecast.extra_wait_minutes", TextAt(check, "forecast.extra_wait_minutes"));
  Fact("forecast.method", TextAt(check, "forecast.method"));
  Tell("Forecast",
       TextAt(check, "forecast.sentence") + " (" + TextAt(check, "forecast.method") + ")");
  Tell("Verdict", TextAt(check, "outcome") + ": " + TextAt(check, "sentence"));
  if (At(check, "nearest") && !TextAt(check, "nearest.sentence").empty()) {
    Tell("Verdict", "Nearest that would be allowed: " + TextAt(check, "nearest.sentence"));
  }
  world_.story.Keep("check", std::move(check));
  return {};
}

Result<void> DemoStory::Consult() {
  const PathArguments idea = {{"id", world_.story.Text("stay.id")}};
  const std::string carys = world_.story.Text("carys");
  EM_ASSIGN(const JsonValue advice,
            Do("amira", "consult", idea,
               R"({"purpose":"advice","mode":"in app","with_person":")" + carys + R"(","words":)" +
                   Words("I would stay on the line while she sets the card up. It takes about 12 "
                         "minutes.") +
                   "}"));
  EM_ASSIGN(
      const JsonValue advised,
      Do("carys", "answer_consultation", {{"id", TextAt(advice, "id")}},
         R"({"state":"answered","words":{"author":"colleague","text":"Good. Say at the start how long it takes."}})"));
  Tell("Advice", "Carys answered: " + TextAt(advised, "answer_words.text"));
  if (world_.story.Text("check.outcome") != "needs sign-off") return {};

  EM_ASSIGN(
      const JsonValue approval,
      Do("amira", "consult", idea,
         R"({"purpose":"approval","mode":"in app","with_person":")" + carys + R"(","words":)" +
             Words("Others would wait a little longer; I think it is worth it.") + "}"));
  const PathArguments path = {{"id", TextAt(approval, "id")}};
  const auto own = world_.story.Do({.as = "amira",
                                    .operation = "answer_consultation",
                                    .path = path,
                                    .body = R"({"state":"approved"})"});
  EM_TRY(Hold(!own, "Sign-off", "nobody signs off their own idea"));
  EM_ASSIGN(const JsonValue approved,
            Do("carys", "answer_consultation", path,
               R"({"state":"approved","envelope":{"amount":"0.00","minutes":15}})"));
  Tell("Sign-off", "Amira's own yes was refused (" + own.error().code + "). Carys " +
                       TextAt(approved, "state") + " up to " +
                       TextAt(approved, "envelope.minutes") + " minutes.");
  return {};
}

Result<void> DemoStory::Act() {
  Advance(2);
  EM_ASSIGN(
      JsonValue action,
      Do("amira", "take_action", {{"id", world_.story.Text("stay.id")}},
         R"({"state":"done","minutes":12,"touchpoint":"during the contact","promises":[{"due_at":")" +
             FormatInstant(now_ + 2 * kMicrosPerHour) + R"(","words":)" +
             Words("Ring back to hear whether the card worked in the shop.") + "}]}"));
  EM_TRY(Do("amira", "tell_customer", {{"id", TextAt(action, "id")}},
            R"({"channel":"phone","acknowledged":true,"words":)" +
                Words("I told her that I stayed on because she had done it alone twice, and that "
                      "this is not usual.") +
                "}"));
  Tell("Action", TextAt(action, "title") + ": " + TextAt(action, "state") + ", " +
                     TextAt(action, "minutes") +
                     " minutes, one promise made. She was told, once and plainly.");
  world_.story.Keep("action", std::move(action));
  return {};
}

Result<void> DemoStory::WatchOthers() {
  const Instant acted = now_;
  Advance(100);
  EM_ASSIGN(const JsonValue part, world_.import_part(world_.day, now_));
  EM_ASSIGN(const JsonValue effect,
            Do("amira", "observe_effect", {{"id", world_.story.Text("action.id")}},
               R"({"method":"computed"})"));
  Fact("effect.mean_wait_s", TextAt(effect, "mean_wait_s"));
  Fact("effect.not_unreasonably", TextAt(effect, "not_unreasonably"));
  Tell("Effect", "The day's calls until " + Time(now_) + " came in (" + TextAt(part, "new_calls") +
                     " new). Around " + Time(acted) + ": " + TextAt(effect, "sentence"));
  EM_TRY(Do("amira", "settle_promise", {{"id", world_.story.Text("action.promises.0.id")}},
            R"({"state":"kept"})"));
  Tell("Promise", "Kept: Amira rang back.");
  return {};
}

Result<void> DemoStory::HearCustomer() {
  EM_TRY(Do(
      "amira", "note_outcome", {{"id", world_.story.Text("action.id")}},
      R"({"kind":"saved complaint","measured_by":"the complaint was withdrawn","tangible":true})"));
  if (choices_.feedback) {
    EM_ASSIGN(
        const JsonValue feedback,
        Do("amira", "note_feedback", {{"id", world_.story.Text("case.id")}},
           R"({"source":"customer","method":"spoken","positive":true,"score":5,"score_max":5,"action":")" +
               world_.story.Text("action.id") +
               R"(","words":{"author":"customer","text":"Nobody ever stayed with me before."}})"));
    EM_ASSIGN(const JsonValue passed,
              Do("amira", "pass_on_feedback", {{"id", TextAt(feedback, "id")}},
                 R"({"to_person":")" + world_.story.Text("carys") + R"("})"));
    EM_TRY(Do("carys", "acknowledge_feedback", {{"id", TextAt(passed, "id")}}, ""));
    Tell("Feedback",
         "\"" + TextAt(feedback, "words.text") + "\" Passed on to Carys, who has read it.");
  } else {
    Tell("Feedback", "The customer said nothing, so nothing is noted.");
  }
  EM_TRY(Do("amira", "mark_as_evidence", {{"id", world_.story.Text("case.id")}},
            R"({"use_as_evidence":true})"));
  return {};
}

// Three walk-ups, one tap each, in the other contexts that the unit asks for.
Result<void> DemoStory::TheShortWay() {
  EM_ASSIGN(const JsonValue incident,
            Do("amira", "report_incident", {},
               R"({"title":"letters printed without page 2","cause":"systems"})"));
  const char* const cases[] = {R"("reason":"letter unclear","load":"quiet")",
                               R"("reason":"fees of the account","load":"normal")",
                               R"("reason":"page missing","load":"normal","incident":")"};
  int taps = 0;
  for (const char* particulars : cases) {
    std::string body =
        R"({"kind":"enquiry","channel":"phone","setting":"paid","sector":"private","customer":{"reference":"demo-30)" +
        std::to_string(taps) + R"("},)" + particulars;
    if (body.ends_with(":\"")) body += TextAt(incident, "id") + "\"";
    EM_ASSIGN(const JsonValue opened, Do("amira", "open_case", {}, body + "}"));
    const PathArguments path = {{"id", TextAt(opened, "id")}};
    EM_ASSIGN(const JsonValue tap,
              Do("amira", "tap_tile",
                 {{"id", TextAt(opened, "id")}, {"gesture", "written-summary"}}, "{}"));
    EM_TRY(
        Hold(TextAt(tap, "action.state") == "done", "Tiles", "one tap is idea, check and action"));
    EM_TRY(Do("amira", "tell_customer", {{"id", TextAt(tap, "action.id")}},
              R"({"channel":"phone","words":)" +
                  Words("I said that I would send it in writing, with the numbers.") + "}"));
    if (choices_.feedback) {
      EM_TRY(Do("amira", "note_feedback", path,
                R"({"source":"customer","method":"email","positive":true,"action":")" +
                    TextAt(tap, "action.id") +
                    R"(","words":{"author":"customer","text":"So clear, thank you."}})"));
    }
    EM_TRY(Do("amira", "mark_as_evidence", path, R"({"use_as_evidence":true})"));
    ++taps;
    if (taps == 1)
      Tell("Tiles",
           "One tap on \"" + TextAt(tap, "action.title") + "\": " + TextAt(tap, "check.sentence"));
    Advance(6);
  }
  Tell("Tiles", "Done for " + std::to_string(taps) + " customers, one tap each.");
  return {};
}

Result<void> DemoStory::MakeRoutine() {
  EM_ASSIGN(
      const JsonValue proposal,
      Do("amira", "propose_routine", {},
         R"({"kind":"routine","gesture":"written-summary","words":)" +
             Words("Everybody was glad of it, it takes five minutes, and people ring back less.") +
             "}"));
  Fact("proposal.uses", TextAt(proposal, "uses"));
  Fact("proposal.valued", TextAt(proposal, "valued"));
  Tell("Proposal", TextAt(proposal, "evidence"));
  const PathArguments path = {{"id", TextAt(proposal, "id")}};
  JsonValue adopted;
  for (const char* state : {"submitted", "under review", "on trial"}) {
    EM_ASSIGN(adopted,
              Do("daniel", "move_proposal", path, std::string(R"({"state":")") + state + R"("})"));
  }
  EM_ASSIGN(
      adopted,
      Do("daniel", "move_proposal", path,
         R"({"state":"adopted","promise":"We send you what was agreed, in plain words, the same day."})"));
  EM_ASSIGN(const JsonValue offer, Get("amira", "see_current_offer"));
  EM_TRY(Hold(TextAt(offer, "number") == "2", "Proposal", "adopting makes version 2 of the offer"));
  Tell("Proposal", "Adopted by Daniel: version " + TextAt(offer, "number") +
                       " of the offer is in force, with " +
                       std::to_string(CountAt(offer, "items")) + " promises.");

  EM_ASSIGN(const JsonValue opened, Do("amira", "open_case_now", {}, R"({"channel":"phone"})"));
  EM_ASSIGN(const JsonValue idea, Do("amira", "propose_idea", {{"id", TextAt(opened, "id")}},
                                     R"({"gesture":"written-summary"})"));
  EM_ASSIGN(const JsonValue check, Do("amira", "check_idea", {{"id", TextAt(idea, "id")}}, "{}"));
  Fact("routine.outcome", TextAt(check, "outcome"));
  EM_TRY(Hold(TextAt(check, "outcome") == "routine", "Routine", "the same gesture is now routine"));
  Tell("Routine",
       "The same gesture again: " + TextAt(check, "outcome") + ". " + TextAt(check, "sentence"));
  return {};
}

Result<void> DemoStory::SeeCoverage() {
  EM_ASSIGN(const JsonValue enrolments, Get("amira", "list_enrolments"));
  EM_ASSIGN(const JsonValue coverage,
            Get("amira", "see_coverage", {{"id", TextAt(enrolments, "0.id")}}));
  for (const JsonValue& criterion : At(coverage, "criteria")->items) {
    const std::string state = TextAt(criterion, "state");
    Fact("coverage." + TextAt(criterion, "code"), state);
    std::string line = TextAt(criterion, "code") + " " + TextAt(criterion, "text") + " -> " +
                       state + ", " + std::to_string(CountAt(criterion, "records")) + " records";
    if (CountAt(criterion, "missing") > 0) line += ". Missing: " + TextAt(criterion, "missing.0");
    Tell("Coverage", line);
  }
  Fact("coverage.evidenced", TextAt(coverage, "evidenced"));
  Tell("Coverage", TextAt(coverage, "framework.code") + ": " + TextAt(coverage, "evidenced") +
                       " of " + TextAt(coverage, "of") + " criteria evidenced from the record (" +
                       Percent(NumberAt(coverage, "evidenced") / NumberAt(coverage, "of")) +
                       "); nobody wrote the story of this work a second time.");
  return {};
}

Result<Facts> DemoStory::Run() {
  for (auto step : {&DemoStory::FindMoment, &DemoStory::SeeOffer, &DemoStory::OpenCases,
                    &DemoStory::ReceiveWebhook, &DemoStory::UnderstandCustomer,
                    &DemoStory::WeighIdeas, &DemoStory::CheckIdeas, &DemoStory::Consult,
                    &DemoStory::Act, &DemoStory::WatchOthers, &DemoStory::HearCustomer,
                    &DemoStory::TheShortWay, &DemoStory::MakeRoutine, &DemoStory::SeeCoverage}) {
    EM_TRY((this->*step)());
  }
  return facts_;
}

}  // namespace extramile::cli
