# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# Included last: lets targets that are compiled alike share precompiled headers.

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

# Gives every target of the folder and its subfolders that uses Qt the set that is compiled like it.
function(herd_share_precompiled folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(NOT type MATCHES "STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE"
       OR NOT libraries MATCHES "Qt6::|herd_")
      continue()
    endif()
    set(set herd_precompiled)
    if(libraries MATCHES "Qt6::Widgets|herd_console|herd_scripted_admin")
      string(APPEND set _widgets)
    endif()
    if(libraries MATCHES "herd_suite_options")
      string(APPEND set _suites)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${set})
  endforeach()
  get_property(subfolders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS subfolders)
    herd_share_precompiled(${subfolder})
  endforeach()
endfunction()

set(core_headers <QObject> <QString> <QStringList> <QTimer>)
set(suite_headers <QSignalSpy> <QTemporaryDir> <QTest> <QtTest>)
set(widget_headers <QAbstractTableModel> <QApplication> <QBoxLayout> <QComboBox> <QJsonDocument>
  <QLabel> <QLineEdit> <QMainWindow> <QPainter> <QTableView> <QTcpSocket> <QTimer>)

herd_precompile(herd_precompiled LIBS Qt6::Core HEADERS ${core_headers})
if(TARGET herd_console)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets)
  herd_precompile(herd_precompiled_widgets LIBS Qt6::Network Qt6::Widgets
    HEADERS ${widget_headers})
endif()
if(BUILD_TESTING)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
  herd_precompile(herd_precompiled_suites LIBS herd_suite_options
    HEADERS ${core_headers} ${suite_headers})
endif()
if(BUILD_TESTING AND TARGET herd_console)
  herd_precompile(herd_precompiled_widgets_suites LIBS herd_suite_options Qt6::Widgets
    HEADERS ${widget_headers} ${suite_headers})
endif()
foreach(folder common server console tests)
  if(IS_DIRECTORY ${PROJECT_BINARY_DIR}/${folder})
    herd_share_precompiled(${PROJECT_SOURCE_DIR}/${folder})
  endif()
endforeach()
