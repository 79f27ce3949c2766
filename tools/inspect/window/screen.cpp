#include "window/screen.hpp"

#include <SDL.h>
#include <SDL_image.h>
#include <backends/imgui_impl_sdl.h>
#include <imgui.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tutti::inspect {

namespace {

struct SdlDeleter {
  void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  void operator()(SDL_Surface* surface) const { SDL_FreeSurface(surface); }
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};
template <class T>
using SdlPtr = std::unique_ptr<T, SdlDeleter>;

constexpr float text_pixels = 15;
constexpr float fixed_pixels = 14;
constexpr const char* font_folder = "/usr/share/fonts/truetype/dejavu/";

Unexpected no_screen(const char* sentence) {
  return fail(Fault::system, std::string(sentence) + ": " + SDL_GetError());
}

ImFont* load_font(const char* name, float pixels) {
  // Latin, Greek, Cyrillic; punctuation, arrows and the shapes that buttons have.
  static constexpr ImWchar letters[] = {0x20,   0x17F,  0x370,  0x4FF,  0x2010, 0x205E,
                                        0x2190, 0x21FF, 0x25A0, 0x25FF, 0};
  ImFontAtlas& fonts = *ImGui::GetIO().Fonts;
  const std::string path = std::string(font_folder) + name;
  if (SDL_RWops* file = SDL_RWFromFile(path.c_str(), "rb")) {
    SDL_RWclose(file);
    return fonts.AddFontFromFileTTF(path.c_str(), pixels, nullptr, letters);
  }
  return fonts.AddFontDefault();
}

ImVec4 color(int rgb, float alpha = 1) {
  const auto part = [&](int shift) { return static_cast<float>((rgb >> shift) & 0xFF) / 255; };
  return {part(16), part(8), part(0), alpha};
}

void set_style() {
  ImGui::StyleColorsDark();
  ImGuiStyle& style = ImGui::GetStyle();
  // SDL's own drawing loses half of a smoothed line: of lines a pixel wide nothing needs smoothing.
  style.AntiAliasedLines = false;
  style.WindowRounding = 0;
  style.WindowBorderSize = 0;
  style.WindowPadding = {8, 6};
  style.FrameRounding = 3;
  style.FramePadding = {7, 3};
  style.ItemSpacing = {8, 5};
  style.CellPadding = {6, 2};
  style.ScrollbarSize = 12;
  style.TabRounding = 3;
  style.Colors[ImGuiCol_Text] = color(0xDDE2EA);
  style.Colors[ImGuiCol_TextDisabled] = color(0x8993A3);
  style.Colors[ImGuiCol_WindowBg] = color(0x15181E);
  style.Colors[ImGuiCol_ChildBg] = color(0x1B1F27);
  style.Colors[ImGuiCol_PopupBg] = color(0x232833, 0.98F);
  style.Colors[ImGuiCol_Border] = color(0x333A47);
  style.Colors[ImGuiCol_FrameBg] = color(0x2A303B);
  style.Colors[ImGuiCol_FrameBgHovered] = color(0x364052);
  style.Colors[ImGuiCol_FrameBgActive] = color(0x41506B);
  style.Colors[ImGuiCol_Button] = color(0x2F3744);
  style.Colors[ImGuiCol_ButtonHovered] = color(0x3F4D63);
  style.Colors[ImGuiCol_ButtonActive] = color(0x50678C);
  style.Colors[ImGuiCol_Header] = color(0x33435C);
  style.Colors[ImGuiCol_HeaderHovered] = color(0x2C3747);
  style.Colors[ImGuiCol_HeaderActive] = color(0x3F5374);
  style.Colors[ImGuiCol_TitleBg] = color(0x2A303B);
  style.Colors[ImGuiCol_TitleBgActive] = color(0x2A303B);
  style.Colors[ImGuiCol_Tab] = color(0x232833);
  style.Colors[ImGuiCol_TabHovered] = color(0x3F5374);
  style.Colors[ImGuiCol_TabActive] = color(0x33435C);
  style.Colors[ImGuiCol_SliderGrab] = color(0x56B4E9);
  style.Colors[ImGuiCol_SliderGrabActive] = color(0x8FD0F5);
  style.Colors[ImGuiCol_CheckMark] = color(0x56B4E9);
  style.Colors[ImGuiCol_TableHeaderBg] = color(0x232833);
  style.Colors[ImGuiCol_TableRowBgAlt] = color(0xFFFFFF, 0.025F);
}

}  // namespace

struct Screen::Body {
  SdlPtr<SDL_Window> window{};    // null for a picture
  SdlPtr<SDL_Surface> surface{};  // null for a window
  SdlPtr<SDL_Renderer> renderer{};
  SdlPtr<SDL_Texture> letters{};
  Fonts fonts{};
  Uint64 shown_at = 0;
  bool is_closed = false;
  std::string dropped{};
  std::vector<SDL_Event> held{};  // for the next frame
  bool is_let_go = false;         // the left button, since the last frame
  int lively_frames = 0;          // after an event, until Dear ImGui has drawn all that follows

  void begin();
  void take_events();
  void place_mouse();
  void draw(const ImDrawData& data) const;
};

/// Dear ImGui for this renderer.
void Screen::Body::begin() {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // it leaves no file where it was started
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  set_style();
  fonts = {load_font("DejaVuSans.ttf", text_pixels), load_font("DejaVuSansMono.ttf", fixed_pixels)};
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
  letters.reset(SDL_CreateTexture(renderer.get(), SDL_PIXELFORMAT_RGBA32, SDL_TEXTUREACCESS_STATIC,
                                  width, height));
  SDL_UpdateTexture(letters.get(), nullptr, pixels, 4 * width);
  SDL_SetTextureBlendMode(letters.get(), SDL_BLENDMODE_BLEND);
  SDL_SetTextureScaleMode(letters.get(), SDL_ScaleModeLinear);
  io.Fonts->SetTexID(letters.get());
}

/// A key that is pressed and let go within one frame would never be seen: it is let go in the next.
void Screen::Body::take_events() {
  std::vector<SDL_Event> events = std::exchange(held, {});
  for (SDL_Event event; SDL_PollEvent(&event) != 0;)
    events.push_back(event);
  std::vector<SDL_Scancode> pressed;
  for (const SDL_Event& event : events) {
    constexpr int frames_after = 3;
    lively_frames = frames_after;
    const SDL_Scancode key = event.key.keysym.scancode;
    if (event.type == SDL_KEYDOWN) pressed.push_back(key);
    if (event.type == SDL_KEYUP &&
        std::find(pressed.begin(), pressed.end(), key) != pressed.end()) {
      held.push_back(event);
      continue;
    }
    ImGui_ImplSDL2_ProcessEvent(&event);
    if (event.type == SDL_QUIT) is_closed = true;
    if (event.type == SDL_MOUSEBUTTONUP && event.button.button == SDL_BUTTON_LEFT) is_let_go = true;
    if (event.type == SDL_DROPFILE) {
      dropped = event.drop.file;
      SDL_free(event.drop.file);
    }
  }
}

/// Dear ImGui asks where the mouse is on the whole screen. While a button is held, some X servers
/// do not tell (Xvfb), and nothing could be dragged; within the window SDL always knows. Where a
/// movement and its end fall into one frame, the button is let go in the next: the end counts too.
void Screen::Body::place_mouse() {
  ImGuiIO& io = ImGui::GetIO();
  if (std::exchange(is_let_go, false)) io.MouseDown[ImGuiMouseButton_Left] = true;
  if (SDL_GetMouseFocus() != window.get()) return;
  int x = 0, y = 0;
  SDL_GetMouseState(&x, &y);
  io.MousePos = {static_cast<float>(x), static_cast<float>(y)};
}

/// Debian's library has no backend for SDL_Renderer: this is all that one does.
void Screen::Body::draw(const ImDrawData& data) const {
  const ImVec2 scale = data.FramebufferScale;
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const ImVec4& clip = command.ClipRect;
      const SDL_Rect rectangle{static_cast<int>(clip.x * scale.x),
                               static_cast<int>(clip.y * scale.y),
                               static_cast<int>((clip.z - clip.x) * scale.x),
                               static_cast<int>((clip.w - clip.y) * scale.y)};
      if (rectangle.w <= 0 || rectangle.h <= 0 || command.UserCallback != nullptr) continue;
      SDL_RenderSetClipRect(renderer.get(), &rectangle);
      const ImDrawVert* corners = list.VtxBuffer.Data + command.VtxOffset;
      constexpr int stride = sizeof(ImDrawVert);
      SDL_RenderGeometryRaw(
          renderer.get(), static_cast<SDL_Texture*>(command.GetTexID()), &corners->pos.x, stride,
          reinterpret_cast<const SDL_Color*>(&corners->col), stride, &corners->uv.x, stride,
          list.VtxBuffer.Size - static_cast<int>(command.VtxOffset),
          list.IdxBuffer.Data + command.IdxOffset, static_cast<int>(command.ElemCount),
          sizeof(ImDrawIdx));
    }
  }
  SDL_RenderSetClipRect(renderer.get(), nullptr);
}

Screen::Screen(std::unique_ptr<Body> body) : body_(std::move(body)) { body_->begin(); }

Screen::~Screen() {
  if (body_->window) ImGui_ImplSDL2_Shutdown();
  ImGui::DestroyContext();
  body_.reset();
  SDL_Quit();
}

Result<std::unique_ptr<Screen>> Screen::open_window(const std::string& title, int width,
                                                    int height) {
  SDL_SetMainReady();
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return no_screen("there is no display");
  auto body = std::make_unique<Body>();
  constexpr Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  body->window.reset(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                      width, height, flags));
  if (body->window) {
    body->renderer.reset(SDL_CreateRenderer(body->window.get(), -1, SDL_RENDERER_PRESENTVSYNC));
    SDL_SetWindowMinimumSize(body->window.get(), 640, 400);
  }
  if (!body->renderer) return no_screen("the window cannot be opened");
  SDL_Window* window = body->window.get();
  auto screen = std::unique_ptr<Screen>(new Screen(std::move(body)));
  ImGui_ImplSDL2_InitForSDLRenderer(window);
  return screen;
}

Result<std::unique_ptr<Screen>> Screen::open_picture(int width, int height) {
  SDL_SetMainReady();
  auto body = std::make_unique<Body>();
  body->surface.reset(
      SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888));
  if (body->surface) body->renderer.reset(SDL_CreateSoftwareRenderer(body->surface.get()));
  if (!body->renderer) return no_screen("the picture cannot be drawn");
  return std::unique_ptr<Screen>(new Screen(std::move(body)));
}

const Fonts& Screen::fonts() const { return body_->fonts; }

Duration Screen::frame(Pace pace, const std::function<void()>& draw) {
  ImGuiIO& io = ImGui::GetIO();
  if (body_->window) {
    constexpr int idle_ms = 100;
    const bool is_idle = pace == Pace::idle && body_->held.empty() && body_->lively_frames == 0;
    if (is_idle) SDL_WaitEventTimeout(nullptr, idle_ms);
    body_->lively_frames = std::max(body_->lively_frames - 1, 0);
    body_->take_events();
    ImGui_ImplSDL2_NewFrame();
    body_->place_mouse();
    int width = 0, height = 0, pixels_across = 0, pixels_down = 0;
    SDL_GetWindowSize(body_->window.get(), &width, &height);
    SDL_GetRendererOutputSize(body_->renderer.get(), &pixels_across, &pixels_down);
    if (width > 0 && height > 0) {
      io.DisplayFramebufferScale = {static_cast<float>(pixels_across) / static_cast<float>(width),
                                    static_cast<float>(pixels_down) / static_cast<float>(height)};
    }
  } else {
    io.DisplaySize = {static_cast<float>(body_->surface->w), static_cast<float>(body_->surface->h)};
    io.DeltaTime = 1.0F / 60;
  }
  ImGui::NewFrame();
  draw();
  ImGui::Render();
  SDL_SetRenderDrawColor(body_->renderer.get(), 0x15, 0x18, 0x1E, 0xFF);
  SDL_RenderClear(body_->renderer.get());
  body_->draw(*ImGui::GetDrawData());
  SDL_RenderPresent(body_->renderer.get());
  if (!body_->window) return std::chrono::duration_cast<Duration>(std::chrono::seconds(1)) / 60;
  const Uint64 now = SDL_GetTicks64();
  const Uint64 before = std::exchange(body_->shown_at, now);
  if (before == 0) return {};
  constexpr Uint64 least_ms = 4;  // a display that does not wait for anything
  if (now - before < least_ms) SDL_Delay(static_cast<Uint32>(least_ms));
  return std::chrono::milliseconds(now - before);
}

bool Screen::is_closed() const { return body_->is_closed; }

std::string Screen::take_dropped() { return std::exchange(body_->dropped, {}); }

void Screen::set_title(const std::string& title) {
  if (body_->window) SDL_SetWindowTitle(body_->window.get(), title.c_str());
}

Result<void> Screen::save(const std::string& path) {
  int width = 0, height = 0;
  SDL_GetRendererOutputSize(body_->renderer.get(), &width, &height);
  const SdlPtr<SDL_Surface> picture(
      SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888));
  if (!picture ||
      SDL_RenderReadPixels(body_->renderer.get(), nullptr, SDL_PIXELFORMAT_ARGB8888,
                           picture->pixels, picture->pitch) != 0 ||
      IMG_SavePNG(picture.get(), path.c_str()) != 0) {
    return no_screen(("the picture " + path + " cannot be written").c_str());
  }
  return {};
}

}  // namespace tutti::inspect
