# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# Included last: lets every target that uses QtCore share one precompiled header.
file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "// Nothing but the headers.\n")
add_library(herd_precompiled OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
target_link_libraries(herd_precompiled PRIVATE herd_options Qt6::Core)
set_target_properties(herd_precompiled PROPERTIES AUTOMOC OFF)
target_precompile_headers(herd_precompiled PRIVATE
  <QObject> <QString> <QStringList> <QTimer>
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <unordered_map> <variant> <vector>)

# The folders that use QtCore in everything they build.
function(herd_share_precompiled folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(type MATCHES "STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE" AND libraries MATCHES "Qt6::|herd_")
      target_precompile_headers(${target} REUSE_FROM herd_precompiled)
    endif()
  endforeach()
  get_property(subfolders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS subfolders)
    herd_share_precompiled(${subfolder})
  endforeach()
endfunction()

foreach(folder IN ITEMS common server console tests)
  if(TARGET herd_console OR NOT folder STREQUAL "console")
    herd_share_precompiled(${PROJECT_SOURCE_DIR}/${folder})
  endif()
endforeach()
