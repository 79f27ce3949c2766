"""The commands in documents: programs, subcommands, options, tests, benchmarks and packages."""

import os
import re
import shlex

OTHER_PROGRAMS = ("cmake", "cpack", "git", "cd", "cp", "curl", "mkdir", "sqlite3", "jq", "sort",
                  "head", "ffmpeg", "python3", "doxygen", "systemctl", "ufw", "rsync")


def joined(lines):
    """Lines of a shell, those that end in a backslash with what follows."""
    held, start = "", 0
    for offset, line in enumerate(lines):
        if not held:
            start = offset
        if line.endswith("\\"):
            held += line[:-1]
            continue
        yield start, held + line
        held = ""


def check_command(document, number, line):
    """Checks what a line of a shell calls; how many calls of ours it had."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        document.say(number, f"not a line of a shell ({error}): {line}")
        return 0
    calls, call = [], []
    for word in [*words, ";"]:
        if word in (";", "|", "&&", "||", "&") or word.endswith(";"):
            calls.append(call + ([word[:-1]] if word.endswith(";") and len(word) > 1 else []))
            call = []
        else:
            call.append(word)
    count = 0
    for call in calls:
        while call and (re.match(r"[A-Z_]+=", call[0]) or call[0] in ("sudo", "time", "env")):
            call = call[1:]
        if call:
            count += check_call(document, number, call)
    return count


def check_call(document, number, call):
    tree = document.tree
    program, rest = call[0], call[1:]
    name = program.removeprefix("build/bin/")
    if name in ("tutti", "counterpoint", "pong"):
        return check_program(document, number, name, rest)
    if match := re.fullmatch(r"build/bin/(test|bench)_(\w+)", program):
        return check_built(document, number, match[1], match[2], rest)
    if match := re.fullmatch(r"\./build/(\w+)", program):
        projects = [file for file in tree.files
                    if file.startswith("engine/examples/") and file.endswith("CMakeLists.txt")]
        if not any(f"add_executable({match[1]} " in tree.text(file) for file in projects):
            document.say(number, f"no project in engine/examples builds {match[1]}")
        return 1
    if program.startswith(("tools/", "tests/")):
        if program not in tree.files or not os.access(tree.root / program, os.X_OK):
            if program in tree.files or program.rstrip("/") in tree.folders:
                return 0  # a file or folder that is spoken of, not called
            document.say(number, f"there is no {program}")
            return 0
        said = tree.help(str(tree.root / program)) or tree.text(program)
        check_options(document, number, program, rest, said)
        if program == "tools/test":
            for pattern in (word for word in rest if not word.startswith("-")):
                if pattern != "NAME" and not any(re.search(pattern, test) for test in tree.tests):
                    document.say(number, f"no test's name contains {pattern}")
        return 1
    if program == "apt-get":
        for package in (word for word in rest if word != "install" and not word.startswith("-")):
            if package not in tree.packages:
                document.say(number, f"tools/lib/packages.sh does not name {package}")
        for package in tree.packages_without_screen():
            if package not in call:
                document.say(number, f"{package} is missing; tools/lib/packages.sh has it")
        return 1
    if program not in OTHER_PROGRAMS:
        document.say(number, f"not a command that this check knows: {' '.join(call)[:60]}")
    return 0


def check_options(document, number, program, words, said):
    for word in words:
        option = word.split("=")[0]
        if option == "--help":
            continue
        if re.fullmatch(r"--?[a-z][a-z-]*", option) and not re.search(
                re.escape(option) + r"(?![\w-])", said):
            document.say(number, f"{program} has no option {option}")


def check_program(document, number, name, words):
    """A program of ours: its subcommands and options, as its help has them."""
    tree = document.tree
    if tree.programs is None or not (tree.programs / name).exists():
        return 1
    command = [str(tree.programs / name)]
    said = tree.help(*command) or ""
    while name == "tutti" and words and re.search(r"^Usage:.*SUBCOMMAND", said, re.M):
        if words[0].startswith("-") and "[SUBCOMMAND]" in said:
            break  # it does something without one too
        if not re.search(rf"^  {re.escape(words[0])}\s", said, re.M):
            document.say(number, f"tutti has no subcommand {' '.join(command[1:] + words[:1])}")
            return 1
        command.append(words[0])
        words = words[1:]
        said = tree.help(*command)
    if name != "pong":
        check_options(document, number, " ".join([name, *command[1:]]), words, said)
    return 1


def check_built(document, number, kind, folder, words):
    """A program of tests or benchmarks: its folder or file, and the names that it is given."""
    tree = document.tree
    source = f"tests/{folder}" if kind == "test" else f"tests/bench/{folder}.cpp"
    if source not in tree.files | tree.folders:
        document.say(number, f"there is no {source}, so no build/bin/{kind}_{folder}")
        return 0
    names = {test.split("/", 1)[1] for test in tree.tests if test.startswith(folder + "/")}
    for word in words:
        if kind == "bench" and word.startswith("--benchmark_filter="):
            if not any(re.search(word.split("=")[1], each) for each in tree.benchmarks(folder)):
                document.say(number, f"no benchmark of {source} matches {word}")
        elif kind == "test" and not word.startswith(("-", "[", "~")):
            pattern = re.escape(word).replace(r"\*", ".*")
            if not any(re.fullmatch(pattern, each) for each in names):
                document.say(number, f"no test of {source} is called {word}")
    return 1
