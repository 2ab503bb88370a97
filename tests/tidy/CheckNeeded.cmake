# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT
#
# cmake -DPROGRAM=... -DREADELF=... -DALLOWED=regular-expression -P CheckNeeded.cmake
# Fails when the program needs a shared library whose name does not match.
execute_process(COMMAND ${READELF} --dynamic ${PROGRAM}
  OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*\\[([^]]+)\\]" entries "${dynamic}")
if(NOT entries)
  message(FATAL_ERROR "${PROGRAM} needs no shared library at all: the check reads it wrongly")
endif()
foreach(entry IN LISTS entries)
  string(REGEX REPLACE ".*\\[([^]]+)\\]" "\\1" library "${entry}")
  message(STATUS "needs ${library}")
  if(NOT library MATCHES "${ALLOWED}")
    message(FATAL_ERROR "${PROGRAM} needs ${library}")
  endif()
endforeach()
