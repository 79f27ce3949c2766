"""A recipe for Conan 2. Not run here: Debian has no Conan.

    conan create tools/packaging/conan --build=missing
"""

import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy
from conan.tools.gnu import PkgConfigDeps

MODULES = ("sim", "replay", "net", "engine", "storm")
THIRD_PARTIES = {"sim": ["cereal::cereal"],
                 "replay": ["xxhash::xxhash", "zstd::zstd", "libsodium::libsodium"]}


class Tutti(ConanFile):
    """The libraries alone, without the game and the command line."""

    name = "tutti"
    version = "0.1.0"
    description = "An embeddable engine for deterministic multiplayer games"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False], "fleet": [True, False]}
    default_options = {"shared": False, "fPIC": True, "fleet": False}

    def export_sources(self):
        """Takes the libraries out of the tree that this file lies in."""
        tree = os.path.join(self.recipe_folder, "..", "..", "..")
        for part in ("CMakeLists.txt", "README.md", "sim/*", "replay/*", "net/*", "engine/*",
                     "tools/packaging/*", "tools/README.md", "tests/PROMISES.md"):
            copy(self, part, src=tree, dst=self.export_sources_folder)

    def layout(self):
        """Conan's usual folders."""
        cmake_layout(self)

    def requirements(self):
        """The third parties; only Cereal shows in headers."""
        self.requires("cereal/1.3.2", transitive_headers=True)
        self.requires("xxhash/0.8.2")
        self.requires("zstd/1.5.5")
        self.requires("libsodium/1.0.18")
        if self.options.fleet:
            self.requires("cnats/3.11.0")

    def generate(self):
        """Cereal by find_package, the others by pkg-config."""
        CMakeDeps(self).generate()
        PkgConfigDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["TUTTI_BUILD_DEMO"] = False
        toolchain.cache_variables["TUTTI_BUILD_TOOLS"] = False
        toolchain.cache_variables["TUTTI_WERROR"] = False
        toolchain.cache_variables["TUTTI_NATS"] = bool(self.options.fleet)
        toolchain.generate()

    def build(self):
        """As README.md says."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        """As `cmake --install` does."""
        CMake(self).install()

    def package_info(self):
        """One component for each module, each resting on the one before it."""
        before = None
        for module in MODULES:
            component = self.cpp_info.components[module]
            component.set_property("cmake_target_name", f"tutti::{module}")
            component.libs = [f"tutti_{module}"]
            component.cxxflags = ["-ffp-contract=off"]
            component.requires = ([before] if before else []) + THIRD_PARTIES.get(module, [])
            if self.options.shared:
                component.defines = ["TUTTI_SHARED"]
            before = module
        self.cpp_info.components["engine"].system_libs = ["pthread", "dl"]
        fleet = self.cpp_info.components["fleet"]
        fleet.set_property("cmake_target_name", "tutti::fleet")
        fleet.libs = ["tutti_fleet"]
        fleet.requires = ["engine"] + (["cnats::cnats"] if self.options.fleet else [])
