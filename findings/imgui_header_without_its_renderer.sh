#!/usr/bin/env bash
# Dear ImGui as Debian packages it: a header of the SDL_Renderer backend, and no such backend.
#
# Expected: a backend whose header the package installs is in the package's library, as those of
#           SDL2's platform, GLFW and OpenGL are.
# Seen:     imgui_impl_sdlrenderer.h is installed beside them, programs that include it compile, and
#           nothing defines its functions: libimgui.a has the SDL2 platform, not the renderer. Its
#           source lies among the package's examples only, in /usr/share/doc, which slim images of
#           Debian leave out.
# So:       draw ImGui's triangles by SDL_RenderGeometry yourself, or use OpenGL's backend.
#
# libimgui-dev 1.86+ds-1+b1 (Debian 12, amd64), 2026-11-30. Output then:
#   ImGui_ImplSDL2_NewFrame: declared, defined
#   ImGui_ImplOpenGL3_NewFrame: declared, defined
#   ImGui_ImplSDLRenderer_NewFrame: declared, not defined
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libimgui-dev=1.86+ds-1+b1 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
nm -C --defined-only files/usr/lib/*/libimgui.a > symbols 2> /dev/null
for name in ImGui_ImplSDL2_NewFrame ImGui_ImplOpenGL3_NewFrame ImGui_ImplSDLRenderer_NewFrame; do
  grep -rq "$name" files/usr/include/imgui/backends && declared=declared || declared='not declared'
  grep -q " T $name()" symbols && defined=defined || defined='not defined'
  echo "$name: $declared, $defined"
done > seen
cat seen
diff - seen > /dev/null << 'SEEN' || { echo "the behaviour has changed"; exit 1; }
ImGui_ImplSDL2_NewFrame: declared, defined
ImGui_ImplOpenGL3_NewFrame: declared, defined
ImGui_ImplSDLRenderer_NewFrame: declared, not defined
SEEN
