# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# Writes OUTPUT: the source of MUTANT in table.cmake with its texts replaced.
function(herd_mutant name source)
  if(NOT name STREQUAL MUTANT)
    return()
  endif()
  file(READ ${ROOT}/${source} text)
  set(at 2)
  while(at LESS ARGC)
    set(find "${ARGV${at}}")
    math(EXPR at "${at} + 1")
    set(replacement "${ARGV${at}}")
    math(EXPR at "${at} + 1")
    string(FIND "${text}" "${find}" first)
    string(FIND "${text}" "${find}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
      message(FATAL_ERROR "Mutant ${name}: this text must occur exactly once in ${source}; "
        "update tests/sim/mutants/table.cmake:\n${find}")
    endif()
    string(REPLACE "${find}" "${replacement}" text "${text}")
  endwhile()
  file(WRITE ${OUTPUT} "${text}")
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/table.cmake)
if(NOT EXISTS ${OUTPUT})
  message(FATAL_ERROR "table.cmake has no mutant ${MUTANT}")
endif()
