// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

namespace herd {

/// A certificate that nobody trusts, made for the stub alone, with its key. They open nothing.
inline constexpr char stubCertificatePem[] = R"(
-----BEGIN CERTIFICATE-----
MIIBljCCATygAwIBAgIUXj/yKFasyRUObxGGUhwgHgBKJA8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMc3R1Yi5pbnZhbGlkMCAXDTI2MTEyMzA3MjQyMVoYDzIxMjYx
MDMwMDcyNDIxWjAXMRUwEwYDVQQDDAxzdHViLmludmFsaWQwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQSmFJjWj1NRLanK8ISuxltwOEm0xXpcnM0IR6Sr9DRbE9I
yDT0hrGzc+BndcL3mreU/YCWIoJJt9gKhVb+ZNAGo2QwYjAdBgNVHQ4EFgQU6KOs
y5f0ZFlPGjoW8PxjMqrBxKgwHwYDVR0jBBgwFoAU6KOsy5f0ZFlPGjoW8PxjMqrB
xKgwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMC
A0gAMEUCIQCQGOPw3QndKYHdv+wsHD8b4X2c72bwQnmqr5gPKeBPZAIgTtJEKDvJ
HJr40ZKo/VyKQIBB4t/xcksz2Pm7/P2/ej8=
-----END CERTIFICATE-----
)";
inline constexpr char stubPrivateKeyPem[] = R"(
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmOqqv3pllsXVKNFJ
3GZDoxKkMQpT74yPHGuLhm9h696hRANCAAQSmFJjWj1NRLanK8ISuxltwOEm0xXp
cnM0IR6Sr9DRbE9IyDT0hrGzc+BndcL3mreU/YCWIoJJt9gKhVb+ZNAG
-----END PRIVATE KEY-----
)";

}  // namespace herd
