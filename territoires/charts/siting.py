"""Where to open next, drawn: the towns of the list on the map, what each one adds."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.map import STATE_MARKS, base_map, discs, points
from territoires.charts.palette import DOCUMENTED, GRID_BLUE
from territoires.domain.rollout import State
from territoires.domain.scope import Territory
from territoires.french import map as map_words
from territoires.french import siting as words
