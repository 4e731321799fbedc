# import pychart.legend
