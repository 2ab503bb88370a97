# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# Included last: lets the targets share precompiled headers, one set for those that draw and one for
# all others.

# herd_precompile(NAME LIBS library... HEADERS header...): the set of that name.
function(herd_precompile name)
  cmake_parse_arguments(arg "" "" "LIBS;HEADERS" ${ARGN})
  file(WRITE ${PROJECT_BINARY_DIR}/${name}.cpp "// Nothing but the headers.\n")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE herd_options ${arg_LIBS})
  set_target_properties(${name} PROPERTIES AUTOMOC OFF)
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS}
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
    <string_view> <unordered_map> <variant> <vector>)
endfunction()

# Gives the set to every target of the folder and its subfolders that uses Qt and has none yet.
function(herd_share_precompiled folder name)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    get_target_property(has ${target} PRECOMPILE_HEADERS_REUSE_FROM)
    if(NOT has AND type MATCHES "STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE" AND
        libraries MATCHES "Qt6::|herd_")
      target_precompile_headers(${target} REUSE_FROM ${name})
    endif()
  endforeach()
  get_property(subfolders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS subfolders)
    herd_share_precompiled(${subfolder} ${name})
  endforeach()
endfunction()

if(TARGET herd_console)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets)
  herd_precompile(herd_precompiled_widgets LIBS Qt6::Network Qt6::Widgets
    HEADERS <QAbstractTableModel> <QApplication> <QBoxLayout> <QComboBox> <QJsonDocument> <QLabel>
      <QLineEdit> <QMainWindow> <QPainter> <QTableView> <QTcpSocket> <QTimer>)
  herd_share_precompiled(${PROJECT_SOURCE_DIR}/console herd_precompiled_widgets)
  if(BUILD_TESTING)
    herd_share_precompiled(${PROJECT_SOURCE_DIR}/tests/gui herd_precompiled_widgets)
  endif()
endif()
herd_precompile(herd_precompiled LIBS Qt6::Core HEADERS <QObject> <QString> <QStringList> <QTimer>)
foreach(folder IN ITEMS common server)
  herd_share_precompiled(${PROJECT_SOURCE_DIR}/${folder} herd_precompiled)
endforeach()
if(BUILD_TESTING)
  herd_share_precompiled(${PROJECT_SOURCE_DIR}/tests herd_precompiled)
endif()
