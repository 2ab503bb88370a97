# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# Runs the mutant SIM over SEEDS. Passes when one of its checks, or a broken invariant of the core
# itself, catches it; a clean run and a crash are failures.
execute_process(COMMAND ${SIM} --seeds ${SEEDS}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
set(failed_check 3)  # exitFailed in main.cpp
if(result STREQUAL failed_check OR output MATCHES "broken invariant: ")
  message("caught")
elseif(result EQUAL 0)
  message(FATAL_ERROR "The simulator did not notice this fault within seeds ${SEEDS}.")
else()
  message(FATAL_ERROR "The mutant ended with ${result}, and no check said why.")
endif()
