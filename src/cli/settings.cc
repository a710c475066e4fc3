#include "cli/settings.h"

#include <toml++/toml.h>

#include <array>
#include <charconv>

namespace extramile::cli {
namespace {

const std::array kSettings = {
    SettingInfo{"listen", "Address and port to serve on; port 0 takes a free one",
                &Settings::listen},
    SettingInfo{"allow-remote",
                "Serve on an address that other machines reach (behind a TLS proxy)",
                &Settings::allow_remote},
    SettingInfo{"database", "sqlite:PATH or postgresql://...", &Settings::database},
    SettingInfo{"policies", "Folder with a folder of DMN files for each policy set",
                &Settings::policies},
    SettingInfo{"frameworks", "Folder of qualification units", &Settings::frameworks},
    SettingInfo{"demo", "Load the demonstration organisation at the first start", &Settings::demo},
    SettingInfo{"seed", "The organisation that --demo loads", &Settings::seed},
    SettingInfo{"test-clock", "File with the time it is, read each time (tests, loopback only)",
                &Settings::test_clock},
    SettingInfo{"log-level", "debug, info, warn, error or off", &Settings::log_level},
    SettingInfo{"log-format", "text or json", &Settings::log_format},
    SettingInfo{"frame-ancestors", "Who may show the page in a frame: an origin, or 'self'",
                &Settings::frame_ancestors},
    SettingInfo{"secure-cookie",
                "Send the session cookie over HTTPS only (a TLS proxy is in front)",
                &Settings::secure_cookie},
    SettingInfo{"connection-threads", "Threads that serve connections",
                &Settings::connection_threads, 1},
    SettingInfo{"threads", "Threads that compute and read", &Settings::threads, 1},
    SettingInfo{"max-waiting", "Requests that may wait for a thread", &Settings::max_waiting, 1},
    SettingInfo{"max-connections", "Connections at once", &Settings::max_connections, 1},
    SettingInfo{"header-timeout-ms", "Time for a request's header", &Settings::header_timeout_ms,
                1},
    SettingInfo{"body-timeout-ms", "Time for a request's body", &Settings::body_timeout_ms, 1},
    SettingInfo{"write-timeout-ms", "Time for an answer to be taken", &Settings::write_timeout_ms,
                1},
    SettingInfo{"idle-timeout-ms", "Time a connection may wait for its next request",
                &Settings::idle_timeout_ms, 1},
    SettingInfo{"stop-timeout-ms", "Time for what is under way when stopping",
                &Settings::stop_timeout_ms, 1},
    SettingInfo{"readers", "Database connections that read", &Settings::readers, 1},
    SettingInfo{"committers", "Database connections that write (PostgreSQL)", &Settings::committers,
                1},
};

Error BadValue(std::string_view place, const std::string& what) {
  return {ErrorKind::kInvalid, "setting-value", what, std::string(place),
          "extramile serve --help lists the settings."};
}

Result<void> ApplyTo(Settings& settings, bool Settings::* member, const SettingInfo&,
                     std::string_view text, std::string_view place) {
  if (text != "true" && text != "false" && text != "1" && text != "0") {
    return Fail(BadValue(place, "This is true or false."));
  }
  settings.*member = text == "true" || text == "1";
  return {};
}

Result<void> ApplyTo(Settings& settings, int64_t Settings::* member, const SettingInfo& info,
                     std::string_view text, std::string_view place) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < info.least) {
    return Fail(BadValue(place, "This is a whole number from " + std::to_string(info.least) + "."));
  }
  settings.*member = value;
  return {};
}

Result<void> ApplyTo(Settings& settings, std::string Settings::* member, const SettingInfo&,
                     std::string_view text, std::string_view) {
  settings.*member = text;
  return {};
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string SettingInfo::environment_name() const {
  std::string out = "EXTRAMILE_";
  for (const char c : name)
    out += c == '-' ? '_' : static_cast<char>(c - ('a' <= c && c <= 'z' ? 32 : 0));
  return out;
}

std::span<const SettingInfo> AllSettings() { return kSettings; }

Result<void> Apply(Settings& settings, std::string_view name, std::string_view text,
                   std::string_view place) {
  for (const SettingInfo& info : kSettings) {
    if (info.name != name) continue;
    return std::visit([&](auto member) { return ApplyTo(settings, member, info, text, place); },
                      info.member);
  }
  return Fail(ErrorKind::kInvalid, "setting-unknown",
              "There is no setting '" + std::string(name) + "'.", std::string(place),
              "extramile serve --print-settings shows them all.");
}

Result<void> ApplyFile(Settings& settings, const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) {
    return Fail(ErrorKind::kNotFound, "settings-file", "There is no such settings file.",
                file.string(), "Give the path of a TOML file.");
  }
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    return Fail(ErrorKind::kMalformed, "settings-syntax", std::string(error.description()) + ".",
                file.string() + ':' + std::to_string(at.line) + ':' + std::to_string(at.column),
                "Settings are TOML: name = \"value\".");
  }
  for (const auto& [key, node] : table) {
    const std::string place = file.string() + ':' + std::to_string(node.source().begin.line);
    std::string text;
    if (const auto* string = node.as_string()) {
      text = string->get();
    } else if (const auto* whole = node.as_integer()) {
      text = std::to_string(whole->get());
    } else if (const auto* flag = node.as_boolean()) {
      text = flag->get() ? "true" : "false";
    } else {
      return Fail(BadValue(place, "A setting is a text, a whole number, true or false."));
    }
    EM_TRY(Apply(settings, key.str(), text, place));
  }
  return {};
}

Result<void> ApplyEnvironment(Settings& settings,
                              const std::function<const char*(const char*)>& get) {
  for (const SettingInfo& info : kSettings) {
    const std::string name = info.environment_name();
    if (const char* text = get(name.c_str())) EM_TRY(Apply(settings, info.name, text, name));
  }
  return {};
}

std::string ToToml(const Settings& settings) {
  std::string out;
  for (const SettingInfo& info : kSettings) {
    out += "# ";
    out += info.help;
    out += '\n';
    out += info.name;
    out += " = ";
    if (const auto* text = std::get_if<std::string Settings::*>(&info.member)) {
      out += Quoted(settings.**text);
    } else if (const auto* whole = std::get_if<int64_t Settings::*>(&info.member)) {
      out += std::to_string(settings.**whole);
    } else {
      out += settings.*std::get<bool Settings::*>(info.member) ? "true" : "false";
    }
    out += '\n';
  }
  return out;
}

Result<ListenAddress> ParseListen(std::string_view text) {
  const size_t colon = text.rfind(':');
  ListenAddress out;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    out.host = host;
    if (error == std::errc() && end == port.data() + port.size() && !host.empty()) return out;
  }
  return Fail(ErrorKind::kInvalid, "listen-address", "This is no address to listen on.",
              std::string(text), "Give ADDRESS:PORT, such as 127.0.0.1:8080.");
}

}  // namespace extramile::cli
