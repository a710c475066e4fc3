// The app's CallLogReader, over the importer of call_log.h: mapping file and log as texts, every
// row that is no clean call under its reason. Without state; thread-safe.
#pragma once

#include "app/call_log_reader.h"

namespace extramile::connect {

class CallLogPort final : public app::CallLogReader {
 public:
  Result<app::ReadCalls> Read(std::string_view columns, std::string_view log) override;
};

}  // namespace extramile::connect
