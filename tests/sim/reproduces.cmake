# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# A seed means the same run each time, with or without the ticks that do nothing; other seeds mean
# other runs.
function(fingerprint result)
  execute_process(COMMAND ${SIM} --fingerprint ${ARGN}
    OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "fingerprint [0-9a-f]+" found "${output}")
  if(NOT found)
    message(FATAL_ERROR "no fingerprint in: ${output}")
  endif()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

fingerprint(once --seeds 1..200)
fingerprint(again --seeds 1..200)
fingerprint(every_tick --seeds 1..200 --every-tick)
fingerprint(other --seeds 2..201)
if(NOT once STREQUAL again OR NOT once STREQUAL every_tick OR once STREQUAL other)
  message(FATAL_ERROR "once ${once}, again ${again}, every tick ${every_tick}, other ${other}")
endif()
