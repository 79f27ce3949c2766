#include "base/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <optional>

#include "base/print.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti::tool {

struct Command::Body {
  std::unique_ptr<CLI::App> owned;  // of the outermost command only
  CLI::App* app = nullptr;
  std::function<Exit()> action;
  std::vector<std::unique_ptr<Command>> children;
};

namespace {

/// How many letters have to change to make one word of the other (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

/// A command line walked by hand as far as it makes sense, to explain where it stops doing so.
struct Walk {
  const CLI::App* app;
  std::string path;                    // "tutti replay verify"
  std::optional<std::string> unknown;  // the first word that means nothing there
};

bool has_option(const CLI::App& app, const std::string& name) {
  return name == "--help" || name == "-h" || app.get_option_no_throw(name) != nullptr;
}

Walk walk(const CLI::App& root, int argc, char** argv) {
  Walk walk{&root, root.get_name(), std::nullopt};
  for (int i = 1; i < argc && !walk.unknown; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("-") && word != "-") {
      const std::string name = word.substr(0, word.find('='));
      if (!has_option(*walk.app, name)) walk.unknown = name;
    } else if (!walk.app->get_subcommands(nullptr).empty()) {
      const auto children = walk.app->get_subcommands(nullptr);
      const auto child = std::find_if(children.begin(), children.end(),
                                      [&](const CLI::App* app) { return app->get_name() == word; });
      if (child == children.end()) {
        // Where none is needed, the word may as well be the value of an option.
        if (walk.app->get_require_subcommand_min() > 0) walk.unknown = word;
      } else {
        walk.app = *child;
        walk.path += " " + word;
      }
    }
  }
  return walk;
}

std::vector<std::string> known_words(const CLI::App& app, bool is_option) {
  std::vector<std::string> words;
  if (is_option) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames())
        words.push_back("--" + name);
    }
  } else {
    for (const CLI::App* child : app.get_subcommands(nullptr))
      words.push_back(child->get_name());
  }
  return words;
}

/// The error as one sentence that says what to do.
std::string explain(const CLI::ParseError& error, const Walk& walk) {
  std::string sentence;
  if (walk.unknown) {
    const bool is_option = walk.unknown->starts_with("-");
    sentence =
        fmt::format("there is no {} {}{}", is_option ? "option" : "subcommand", *walk.unknown,
                    did_you_mean(*walk.unknown, known_words(*walk.app, is_option)));
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
             !walk.app->get_subcommands(nullptr).empty()) {
    sentence = "it takes a subcommand";
  } else if (const auto words = dynamic_cast<const CLI::ExtrasError*>(&error)) {
    const std::string all = words->what();
    sentence = "it does not take" + all.substr(std::min(all.rfind(':') + 1, all.size()));
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string all = error.what();
    sentence = all.substr(0, all.find(':')) + " needs a value";
  } else {
    sentence = error.what();
    // CLI11 ends some of its sentences.
    while (!sentence.empty() && (sentence.back() == '.' || sentence.back() == '\n'))
      sentence.pop_back();
  }
  return fmt::format("{0}: {1}\nSee {0} --help\n", walk.path, sentence);
}

[[noreturn]] void refuse(const std::string& name, const std::string& sentence) {
  throw CLI::ValidationError(name, sentence);
}

}  // namespace

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t letters = distance(word, candidate);
    if (letters < least) {
      least = letters;
      best = candidate;
    }
  }
  return best.empty() ? "" : fmt::format("; did you mean {}?", best);
}

Exit exit_for(Fault fault) { return fault == Fault::usage ? Exit::usage : Exit::bad; }

Exit complain(const Error& error) {
  warn("{}", error.sentence);
  return exit_for(error.fault);
}

Command::Command(std::string name, std::string about) : body_(std::make_unique<Body>()) {
  body_->owned = std::make_unique<CLI::App>(std::move(about), std::move(name));
  body_->app = body_->owned.get();
  body_->app->get_formatter()->column_width(34);
}
Command::Command(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Command::~Command() = default;

Command& Command::subcommand(const std::string& name, const std::string& about) {
  auto body = std::make_unique<Body>();
  body->app = body_->app->add_subcommand(name, about);
  body_->app->require_subcommand(1);
  body_->children.push_back(std::unique_ptr<Command>(new Command(std::move(body))));
  return *body_->children.back();
}

void Command::examples(const std::string& text) {
  body_->app->footer(text.substr(text.starts_with('\n') ? 1 : 0));
}

void Command::action(std::function<Exit()> action) { body_->action = std::move(action); }

void Command::flag(const std::string& name, bool& value, const std::string& about) {
  body_->app->add_flag(name, value, about);
}

void Command::option(const std::string& name, std::string& value, const std::string& about) {
  CLI::Option* option = body_->app->add_option(name, value, about)->type_name("TEXT");
  if (!value.empty()) option->default_str(value);
}

void Command::option(const std::string& name, std::vector<std::string>& values,
                     const std::string& about) {
  // One value each time: the word behind it may be an argument.
  body_->app->add_option(name, values, about)
      ->type_name("TEXT")
      ->type_size(1)
      ->allow_extra_args(false);
}

void Command::number(const std::string& name, std::int64_t value, std::int64_t low,
                     std::int64_t high, const std::string& about,
                     const std::function<void(std::int64_t)>& set) {
  const auto take = [=](const std::int64_t& given) {
    if (given < low || given > high) {
      refuse(name, fmt::format("takes a whole number from {} to {}", low, high));
    }
    set(given);
  };
  CLI::Option* option =
      body_->app->add_option_function<std::int64_t>(name, take, about)->type_name("N");
  if (value >= low && value <= high) option->default_str(fmt::format("{}", value));
}

void Command::option(const std::string& name, Duration& value, const std::string& about) {
  const auto take = [name, &value](const std::string& text) {
    const auto given = parse_duration(text);
    if (!given) refuse(name, given.error().sentence);
    value = *given;
  };
  body_->app->add_option_function<std::string>(name, take, about)
      ->type_name("DURATION")
      ->default_str(to_text(value));
}

void Command::option(const std::string& name, Chance& value, const std::string& about) {
  const auto take = [name, &value](const std::string& text) {
    const auto given = parse_chance(text);
    if (!given) refuse(name, given.error().sentence);
    value = *given;
  };
  body_->app->add_option_function<std::string>(name, take, about)->type_name("PERCENT");
}

void Command::tick(const std::string& name, std::int64_t& value, const std::string& about) {
  option(name, value, 0, limits::match_ticks, about);
}

void Command::json(bool& value, const std::string& about) { flag("--json", value, about); }

void Command::require(const std::string& name) { body_->app->get_option(name)->required(); }

void Command::option(const std::string& name, const char* type, const std::string& shown,
                     const std::string& about, const Take& take) {
  const auto check = [name, take](const std::string& text) {
    if (const Result<void> taken = take(text); !taken) refuse(name, taken.error().sentence);
  };
  CLI::Option* option = body_->app->add_option_function<std::string>(name, check, about);
  option->type_name(type);
  if (!shown.empty()) option->default_str(shown);
}

void Command::flag(const std::string& name, const std::string& about, const Take& take) {
  body_->app->add_flag_function(
      name,
      [name, take](std::int64_t count) {
        if (const Result<void> taken = take(count > 0 ? "true" : "false"); !taken)
          refuse(name, taken.error().sentence);
      },
      about);
}

void Command::may_stand_alone() { body_->app->require_subcommand(0, 1); }

void Command::argument(const std::string& name, std::string& value, const std::string& about) {
  body_->app->add_option(name, value, about)->required()->type_name("");
}

void Command::argument(const std::string& name, std::vector<std::string>& values,
                       const std::string& about) {
  body_->app->add_option(name, values, about)->required()->type_name("");
}

void Command::optional_argument(const std::string& name, std::string& value,
                                const std::string& about) {
  body_->app->add_option(name, value, about)->type_name("");
}

void Command::pass_on(std::vector<std::string>& words) {
  CLI::App* app = body_->app;
  app->set_help_flag();
  app->prefix_command();
  app->callback([app, &words] { words = app->remaining(); });
}

void Command::match_file(std::string& value) { argument("file", value, "a match file (.tutti)"); }

Exit Command::run(int argc, char** argv) {
  CLI::App& app = *body_->app;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help
      app.exit(error);
      return Exit::done;
    }
    std::fputs(explain(error, walk(app, argc, argv)).c_str(), stderr);
    return Exit::usage;
  }
  const Command* chosen = this;
  for (bool is_deeper = true; is_deeper;) {
    is_deeper = false;
    for (const auto& child : chosen->body_->children) {
      if (!child->body_->app->parsed()) continue;
      chosen = child.get();
      is_deeper = true;
      break;
    }
  }
  return chosen->body_->action();
}

}  // namespace tutti::tool
