// The importer: each kind of dirt in its own place, nothing dropped, and the real log where it is
// present.
#include "connect/call_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connect/call_log_demo.h"

namespace extramile::connect {
namespace {

const std::string kRoot = EXTRAMILE_SOURCE_DIR;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

ColumnMapping Mapping(const std::string& name) {
  auto mapping = ParseColumnMapping(ReadFile(kRoot + "/demo/columns/" + name), name);
  EXPECT_TRUE(mapping) << mapping.error().ToString();
  return mapping ? *mapping : ColumnMapping{};
}

const char kHeader[] =
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_"
    "start\tq_exit\t"
    "q_time\toutcome\tser_start\tser_exit\tser_time\tserver\n";

Result<CallLog> Read(const std::string& rows, CallLogOptions options = {}) {
  std::istringstream in(kHeader + rows);
  return ReadCallLog(in, Mapping("anonymous-bank.toml"), options);
}

// One row of the bank's shape from its date to its server.
std::string Row(const std::string& rest) { return "AA0101\t1\t0\t0\tPS\t" + rest + "\r\n"; }

const std::string kQueuedAndServed = Row(
    "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:00\t180\tEVA");

TEST(CallLog, ReadsACallThatQueued) {
  const auto log = Read(kQueuedAndServed);
  ASSERT_TRUE(log) << log.error().ToString();
  ASSERT_EQ(log->calls.size(), 1u);
  const queueing::Call& call = log->calls[0];
  // 1 March 1999, 10:00:10 in Jerusalem is two hours before in UTC.
  EXPECT_EQ(FormatInstant(call.entered_queue_at), "1999-03-01T08:00:10Z");
  EXPECT_EQ(call.wait_s, 110);
  EXPECT_TRUE(call.answered);
  EXPECT_EQ(call.service_s, 180);
  EXPECT_EQ(call.agent, "EVA");
  EXPECT_EQ(call.type, "PS");
  EXPECT_EQ(log->report.notes.two_digit_years, 1u);
}

TEST(CallLog, ReadsACallAnsweredAtOnce) {
  const auto log = Read(Row(
      "990301\t10:00:00\t10:00:10\t10\t0:00:00\t0:00:00\t0\tAGENT\t10:00:09\t10:05:00\t291\tEVA"));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->calls.size(), 1u);
  EXPECT_EQ(log->calls[0].wait_s, 0);
  EXPECT_EQ(FormatInstant(log->calls[0].entered_queue_at), "1999-03-01T08:00:09Z");
  EXPECT_EQ(log->report.notes.answered_at_once, 1u);
}

TEST(CallLog, ReadsACallerWhoGaveUp) {
  const auto log =
      Read(Row("990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tHANG\t0:00:00\t0:00:"
               "00\t0\tNO_SERVER"));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->calls.size(), 1u);
  EXPECT_FALSE(log->calls[0].answered);
  EXPECT_EQ(log->calls[0].wait_s, 110);
  EXPECT_EQ(log->calls[0].agent, "");
}

TEST(CallLog, FollowsACallPastMidnight) {
  const auto log = Read(
      Row("990301\t23:59:54\t23:59:54\t0\t0:00:00\t0:00:27\t27\tAGENT\t0:00:26\t0:01:33\t67\tEVA"));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->calls.size(), 1u) << log->report.ToText();
  EXPECT_EQ(FormatInstant(log->calls[0].entered_queue_at), "1999-03-01T22:00:00Z");
  EXPECT_EQ(log->calls[0].wait_s, 27);
  EXPECT_EQ(log->calls[0].service_s, 67);
  EXPECT_EQ(log->report.notes.past_midnight, 1u);
}

struct Dirt {
  SetAside reason;
  const char* row;  // from the date on
};
const Dirt kDirt[] = {
    {SetAside::kUnreadable,
     "990230\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:"
     "00\t180\tEVA"},
    {SetAside::kUnreadable,
     "990301\t10:61:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:"
     "00\t180\tEVA"},
    {SetAside::kUnreadable,
     "990301\t10:00:00\t10:00:10\tten\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:"
     "00\t180\tEVA"},
    {SetAside::kUnreadable,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tVANISHED\t0:00:00\t0:00:00\t0\tNO_"
     "SERVER"},
    {SetAside::kUnreadable, "990301\t10:00:00\t10:00:10"},
    {SetAside::kPhantom,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tPHANTOM\t0:00:00\t0:00:00\t0\tNO_"
     "SERVER"},
    {SetAside::kClockJump,
     "990301\t10:00:00\t13:00:10\t10810\t13:00:10\t13:02:00\t110\tAGENT\t13:02:00\t13:05:"
     "00\t180\tEVA"},
    {SetAside::kClockJump,
     "990301\t10:00:00\t10:00:10\t10\t7:01:10\t7:02:00\t50\tAGENT\t7:02:00\t7:05:00\t180\tEVA"},
    {SetAside::kClockJump,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t13:05:"
     "00\t180\tEVA"},
    {SetAside::kClockJump,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t7:05:00\t-"
     "10620\tEVA"},
    {SetAside::kNegativeDuration,
     "990301\t10:01:10\t10:00:10\t-60\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:"
     "00\t180\tEVA"},
    {SetAside::kDurationMismatch,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t300\tAGENT\t10:02:00\t10:05:"
     "00\t180\tEVA"},
    {SetAside::kServedWithoutServer,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t10:05:00\t180\tNO_"
     "SERVER"},
    {SetAside::kServedWithoutTimes,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t0:00:00\t0:00:00\t0\tEVA"},
    {SetAside::kServedWhileQueueing,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:05:00\t290\tAGENT\t10:02:00\t10:06:"
     "00\t240\tEVA"},
    {SetAside::kAbandonedYetServed,
     "990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tHANG\t10:02:00\t10:05:00\t180\tNO_"
     "SERVER"},
    {SetAside::kNeverQueued,
     "990301\t10:00:00\t10:00:10\t10\t0:00:00\t0:00:00\t0\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER"},
};

TEST(CallLog, PutsEachKindOfDirtInItsPlace) {
  for (const Dirt& dirt : kDirt) {
    SCOPED_TRACE(std::string(SetAsideCode(dirt.reason)) + ": " + dirt.row);
    const auto log = Read(kQueuedAndServed + Row(dirt.row));
    ASSERT_TRUE(log);
    EXPECT_EQ(log->report.rows, 2u);
    EXPECT_EQ(log->report.clean, 1u);
    EXPECT_EQ(log->report.Count(dirt.reason), 1u) << log->report.ToText();
    EXPECT_EQ(log->report.examples[static_cast<size_t>(dirt.reason)], std::vector<size_t>{3});
  }
}

TEST(CallLog, CountsTheSameLineOnce) {
  const auto log = Read(kQueuedAndServed + kQueuedAndServed + kQueuedAndServed);
  ASSERT_TRUE(log);
  EXPECT_EQ(log->report.clean, 1u);
  EXPECT_EQ(log->report.Count(SetAside::kDuplicate), 2u);
}

TEST(CallLog, BelievesALongServiceThatItsDurationConfirms) {
  const auto log =
      Read(Row("990301\t10:00:00\t10:00:10\t10\t10:00:10\t10:02:00\t110\tAGENT\t10:02:00\t13:02:"
               "00\t10800\tEVA"));
  ASSERT_TRUE(log);
  EXPECT_EQ(log->report.clean, 1u) << log->report.ToText();
}

TEST(CallLog, AddsUpWhateverComesIn) {
  std::string rows;
  for (const Dirt& dirt : kDirt) rows += Row(dirt.row) + kQueuedAndServed + "\n\"never closed\n";
  const auto log = Read(rows);
  ASSERT_TRUE(log);
  EXPECT_EQ(log->report.rows, 3 * std::size(kDirt));
  EXPECT_EQ(log->report.rows, log->report.clean + log->report.total_set_aside());
  EXPECT_EQ(log->report.clean, log->calls.size());
  EXPECT_NE(log->report.ToText().find("answered, but by nobody"), std::string::npos);
  EXPECT_NE(log->report.ToJson().find("\"reason\":\"served-without-server\",\"words\""),
            std::string::npos);
}

TEST(CallLog, ReadsOtherTablesByPosition) {
  auto mapping = ParseColumnMapping(R"(
name = "other"
separator = "semicolon"
header = false
zone = "Europe/London"
[columns]
agent = 1
date = 2
arrived = 3
queue_start = 4
queue_end = 5
outcome = 6
service_start = 7
service_end = 8
[times]
date_format = "DD/MM/YYYY"
[outcomes]
answered = ["answered, at last"]
abandoned = ["lost"]
)",
                                    "other.toml");
  ASSERT_TRUE(mapping) << mapping.error().ToString();
  std::istringstream in(
      "Eva;05/07/2026;10:00:00;10:00:00;10:01:00;\"answered, at last\";10:01:00;10:04:00\n"
      ";05/07/2026;10:10:00;10:10:00;10:11:00;lost;;");
  const auto log = ReadCallLog(in, *mapping);
  ASSERT_TRUE(log) << log.error().ToString();
  ASSERT_EQ(log->calls.size(), 2u) << log->report.ToText();
  EXPECT_EQ(FormatInstant(log->calls[0].entered_queue_at), "2026-07-05T09:00:00Z");
  EXPECT_EQ(log->calls[0].service_s, 180);
  EXPECT_FALSE(log->calls[1].answered);
  EXPECT_EQ(log->report.notes.two_digit_years, 0u);
}

TEST(CallLog, SaysWhatIsWrongWithAWholeFile) {
  const ColumnMapping mapping = Mapping("anonymous-bank.toml");
  std::istringstream wrong_header("a\tb\tc\n1\t2\t3\n");
  const auto header = ReadCallLog(wrong_header, mapping);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, "call-log-header");
  EXPECT_NE(header.error().message.find("'date'"), std::string::npos) << header.error().message;

  std::istringstream empty(kHeader);
  EXPECT_EQ(ReadCallLog(empty, mapping).error().code, "call-log-empty");
  std::istringstream nothing("");
  EXPECT_EQ(ReadCallLog(nothing, mapping).error().code, "call-log-empty");

  const auto long_line = Read(kQueuedAndServed + std::string(5000, 'x'));
  ASSERT_FALSE(long_line);
  EXPECT_EQ(long_line.error().code, "call-log-line");
  EXPECT_EQ(long_line.error().place, "line 3");

  CallLogOptions one_row;
  one_row.max_rows = 1;
  EXPECT_EQ(Read(kQueuedAndServed + kQueuedAndServed, one_row).error().code, "call-log-rows");
}

TEST(CallLog, TellsItsProgressAndStops) {
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += kQueuedAndServed;
  std::vector<CallLogProgress> told;
  CallLogOptions options;
  options.progress_every_rows = 30;
  options.progress = [&](const CallLogProgress& progress) {
    told.push_back(progress);
    return true;
  };
  ASSERT_TRUE(Read(rows, options));
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[0].rows, 30u);
  EXPECT_EQ(told[3].rows, 100u);
  EXPECT_EQ(told[3].bytes, rows.size() + sizeof kHeader - 1);
  options.progress = [](const CallLogProgress&) { return false; };
  EXPECT_EQ(Read(rows, options).error().code, "call-log-stopped");
}

TEST(CallLog, ReadsTheGeneratedLog) {
  const ColumnMapping mapping = Mapping("generated.toml");
  std::ifstream in(kRoot + "/demo/call-log/generated.tsv", std::ios::binary);
  const auto log = ReadCallLog(in, mapping);
  ASSERT_TRUE(log) << log.error().ToString();
  EXPECT_EQ(log->report.rows, log->report.clean + log->report.total_set_aside());
  EXPECT_GT(log->report.clean, 7000u);
  for (SetAside reason :
       {SetAside::kUnreadable, SetAside::kDuplicate, SetAside::kPhantom, SetAside::kClockJump,
        SetAside::kNegativeDuration, SetAside::kServedWithoutServer, SetAside::kServedWithoutTimes,
        SetAside::kAbandonedYetServed, SetAside::kNeverQueued}) {
    EXPECT_GT(log->report.Count(reason), 0u) << SetAsideCode(reason);
  }
  const auto calibration =
      queueing::Calibrate(log->calls, {*TimeZone::Find(mapping.zone), mapping.day_classes});
  ASSERT_TRUE(calibration);
  const auto extra_wait = [&](int hour) {
    const auto input = queueing::StateAt(*calibration, 2, hour * 3600);
    EXPECT_TRUE(input);
    return queueing::Forecast(*input)->skills[0].extra_wait_customer_min;
  };
  EXPECT_GT(extra_wait(10), 3 * extra_wait(20)) << "ten in the morning is the busy hour";
}

TEST(CallLog, GeneratesTheCommittedLogByteForByte) {
  const std::string committed = ReadFile(kRoot + "/demo/call-log/generated.tsv");
  EXPECT_LT(committed.size(), 1'000'000u);
  EXPECT_TRUE(GenerateCallLog() == committed)
      << "The generator and demo/call-log/generated.tsv have come apart.";
}

TEST(CallLog, SoilingLeavesTheCleanCallsAlone) {
  const ColumnMapping mapping = Mapping("generated.toml");
  std::istringstream clean(GenerateCallLog({.seed = 7, .days = 7, .dirty = false}));
  std::istringstream dirty(GenerateCallLog({.seed = 7, .days = 7, .dirty = true}));
  const auto a = ReadCallLog(clean, mapping);
  const auto b = ReadCallLog(dirty, mapping);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->report.total_set_aside(), a->report.Count(SetAside::kNeverQueued));
  EXPECT_GT(b->report.total_set_aside(), a->report.total_set_aside());
  EXPECT_EQ(a->calls.size(), b->calls.size());
}

TEST(CallLog, ReadsTheRealLogOfFebruary1999) {
  const std::string path =
      kRoot + "/../shared/data/anonymous-bank-1999-02/data_anonymous_bank_february.txt";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP()
        << "The real call log of the anonymous bank is not on this machine, so it was not read.";
  }
  const ColumnMapping mapping = Mapping("anonymous-bank.toml");
  std::ifstream in(path, std::ios::binary);
  const auto log = ReadCallLog(in, mapping);
  ASSERT_TRUE(log) << log.error().ToString();
  const CallLogReport& report = log->report;
  EXPECT_EQ(report.rows, 33344u);
  EXPECT_EQ(report.rows, report.clean + report.total_set_aside());
  EXPECT_EQ(report.Count(SetAside::kPhantom), 278u);
  EXPECT_EQ(report.Count(SetAside::kNegativeDuration), 23u);
  EXPECT_EQ(report.Count(SetAside::kServedWithoutServer), 491u);
  EXPECT_EQ(report.Count(SetAside::kNeverQueued), 1941u);
  EXPECT_EQ(report.notes.two_digit_years, 33344u);
  EXPECT_EQ(report.Count(SetAside::kUnreadable), 0u);

  const auto calibration =
      queueing::Calibrate(log->calls, {*TimeZone::Find(mapping.zone), mapping.day_classes});
  ASSERT_TRUE(calibration);
  EXPECT_EQ(calibration->first_day, "1999-02-01");
  EXPECT_EQ(calibration->last_day, "1999-02-28");
  // Tuesday at 10:00, the busiest hour, against Saturday at 22:00.
  const auto busy = queueing::StateAt(*calibration, 2, 10 * 3600);
  const auto quiet = queueing::StateAt(*calibration, 6, 22 * 3600);
  ASSERT_TRUE(busy && quiet);
  EXPECT_GT(queueing::Forecast(*busy)->skills[0].extra_wait_customer_min,
            3 * queueing::Forecast(*quiet)->skills[0].extra_wait_customer_min);
  // Friday afternoon is closed.
  EXPECT_EQ(queueing::StateAt(*calibration, 5, 16 * 3600).error().code, "no-queue-known");
}

}  // namespace
}  // namespace extramile::connect
