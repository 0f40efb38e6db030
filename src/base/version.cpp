#include "base/version.h"

namespace rapport {

const char* version() { return RAPPORT_VERSION; }

}  // namespace rapport
