# Installs the documents: run by `cmake --install`, with
#   SOURCE    the tree
#   STAGING   a folder for what is written on the way
#   DOCUMENTS and HEADERS   where they are installed, absolute or under CMAKE_INSTALL_PREFIX
# They lie as in the tree, so that a link from one to another, or to an example, leads there. One to
# a header leads to where that is installed. What is not installed, sources and the bundled game, is
# named without a link.

cmake_minimum_required(VERSION 3.25)

foreach(folder DOCUMENTS HEADERS)
  cmake_path(ABSOLUTE_PATH ${folder} BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
endforeach()

file(GLOB_RECURSE documents RELATIVE "${SOURCE}" "${SOURCE}/sim/*.md" "${SOURCE}/replay/*.md"
     "${SOURCE}/net/*.md" "${SOURCE}/engine/*.md" "${SOURCE}/tools/*.md" "${SOURCE}/tests/*.md")
list(APPEND documents README.md)
set(pictures tools/inspect/inspect.png)

# leads_where(<path> <document> <result>): the link's new target, the old one as it is written, or
# "" if the file is not installed.
function(leads_where path document target result)
  set(${result} "" PARENT_SCOPE)
  if(path IN_LIST documents OR path IN_LIST pictures OR path MATCHES "^engine/examples(/|$)")
    set(${result} "${target}" PARENT_SCOPE)
  elseif(IS_DIRECTORY "${SOURCE}/${path}" AND "${path}/README.md" IN_LIST documents)
    set(${result} "${target}" PARENT_SCOPE)
  elseif(path MATCHES "^[a-z]+/include/(.*)")
    set(header "${HEADERS}/${CMAKE_MATCH_1}")
    cmake_path(GET document PARENT_PATH folder)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${DOCUMENTS}/${folder}")
    set(${result} "${header}" PARENT_SCOPE)
  endif()
endfunction()

# mend_links(<document>): its text, as `text`.
function(mend_links document)
  file(READ "${SOURCE}/${document}" rest)
  cmake_path(GET document PARENT_PATH folder)
  set(done "")
  while(rest MATCHES "(!?)\\[([^][]*)\\]\\(([^()# \n]+)(#[^() \n]*)?\\)")
    set(link "${CMAKE_MATCH_0}")
    set(mark "${CMAKE_MATCH_1}")
    set(words "${CMAKE_MATCH_2}")
    set(target "${CMAKE_MATCH_3}")
    set(heading "${CMAKE_MATCH_4}")
    string(FIND "${rest}" "${link}" at)
    string(SUBSTRING "${rest}" 0 ${at} before)
    string(LENGTH "${link}" length)
    math(EXPR at "${at} + ${length}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
    cmake_path(SET path NORMALIZE "${folder}/${target}")
    string(REGEX REPLACE "^/|/$" "" path "${path}")
    if(NOT target MATCHES "^[a-z]+:" AND EXISTS "${SOURCE}/${path}")
      leads_where("${path}" "${document}" "${target}" there)
      if(NOT there STREQUAL "")
        set(link "${mark}[${words}](${there}${heading})")
      elseif(mark STREQUAL "")
        set(link "${words}")
      else() # a picture that is not there shows nothing
        set(link "")
      endif()
    endif()
    string(APPEND done "${before}${link}")
  endwhile()
  set(text "${done}${rest}" PARENT_SCOPE)
endfunction()

# install_from(<root> <file>)
function(install_from root file)
  cmake_path(APPEND DOCUMENTS "${file}" OUTPUT_VARIABLE there)
  cmake_path(GET there PARENT_PATH folder)
  file(INSTALL "${root}/${file}" DESTINATION "${folder}")
endfunction()

foreach(document IN LISTS documents)
  mend_links(${document})
  file(WRITE "${STAGING}/${document}" "${text}")
  install_from("${STAGING}" "${document}")
endforeach()
foreach(picture IN LISTS pictures)
  install_from("${SOURCE}" "${picture}")
endforeach()
