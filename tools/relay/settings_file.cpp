// The configuration file. toml++ is included here and nowhere else.

// Debian's library has the functions that throw alone, so that the header's are compiled here.
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "base/command.hpp"
#include "base/json.hpp"
#include "base/print.hpp"
#include "relay/settings.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

/// A value of the file as `set` reads it, if it is a plain one.
std::optional<std::string> plain_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

Result<void> take(Settings& settings, std::string_view key, const toml::node& node) {
  const Setting* setting = find_setting(key);
  if (setting == nullptr) {
    std::vector<std::string> names;
    for (const Setting& each : all_settings())
      names.emplace_back(each.name);
    const std::string word(key);
    return fail(Fault::usage,
                fmt::format("there is no option {}{}", word, did_you_mean(word, names)));
  }
  const bool is_list = std::holds_alternative<std::vector<std::string>*>(setting->place(settings));
  const toml::array* list = node.as_array();
  if (is_list != (list != nullptr)) {
    return fail(Fault::usage, fmt::format("{} takes {}", setting->name,
                                          is_list ? "a list of texts in brackets" : "one value"));
  }
  if (list == nullptr) {
    const auto text = plain_text(node);
    if (!text) return fail(Fault::usage, fmt::format("{} takes one value", setting->name));
    return set(settings, *setting, *text);
  }
  for (const toml::node& item : *list) {
    const auto* text = item.as_string();
    if (text == nullptr) return fail(Fault::usage, fmt::format("{} takes texts", setting->name));
    if (Result<void> done = set(settings, *setting, text->get()); !done) return done;
  }
  return {};
}

Result<Settings> override_by(Settings settings, std::span<const GivenSetting> given) {
  const Setting* list = nullptr;
  for (const auto& [setting, text] : given) {
    // A list on the command line stands in the place of the file's, and is not added to it.
    const Place place = setting->place(settings);
    auto* const* texts = std::get_if<std::vector<std::string>*>(&place);
    if (texts != nullptr && std::exchange(list, setting) != setting) (*texts)->clear();
    if (Result<void> done = set(settings, *setting, text); !done) {
      return fail(done.error().fault, "--" + done.error().sentence);
    }
  }
  return settings;
}

/// Text in quotation marks, with what TOML wants escaped.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string toml_value(const Setting& setting, const Settings& settings) {
  const std::vector<std::string> texts = texts_of(settings, setting);
  Settings scratch;
  const Place place = setting.place(scratch);
  if (std::holds_alternative<std::vector<std::string>*>(place)) {
    std::string list;
    for (const std::string& text : texts)
      list += (list.empty() ? "" : ", ") + quoted(text);
    return "[" + list + "]";
  }
  const bool is_text =
      std::holds_alternative<std::string*>(place) || std::holds_alternative<Duration*>(place);
  return is_text ? quoted(texts.front()) : texts.front();
}

}  // namespace

Result<Settings> read_settings(std::string_view text, const std::string& name,
                               std::span<const GivenSetting> given) {
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return fail(Fault::usage, fmt::format("{}:{}: {}", name, error.source().begin.line,
                                          std::string_view(error.description())));
  }
  Settings settings;
  for (const auto& [key, node] : parsed.table()) {
    if (Result<void> done = take(settings, key.str(), node); !done) {
      return fail(Fault::usage,
                  fmt::format("{}:{}: {}", name, key.source().begin.line, done.error().sentence));
    }
  }
  return override_by(std::move(settings), given);
}

Result<Settings> load_settings(const std::string& file, std::span<const GivenSetting> given) {
  if (file.empty()) return override_by({}, given);
  const Result<Bytes> bytes = posix_storage().read(file);
  if (!bytes) return Unexpected{bytes.error()};
  return read_settings(as_text(*bytes), file, given);
}

std::string to_toml(const Settings& settings) {
  std::string text = "# Options of tutti relay. A line that is commented out shows the default.\n";
  for (const Setting& setting : all_settings()) {
    const bool is_default = texts_of(settings, setting) == texts_of({}, setting);
    text += fmt::format("\n# {}{}\n{}{} = {}\n", setting.help,
                        setting.is_for_start ? " (read at the start alone)" : "",
                        is_default ? "# " : "", setting.name, toml_value(setting, settings));
  }
  return text;
}

}  // namespace tutti::tool
