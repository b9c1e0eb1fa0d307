import CaffeProto
